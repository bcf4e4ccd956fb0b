// The weights of a 3x3 convolution behind an upsampling by 2, as a convolution of the picture
// before it computes with them. Each computed weight is a sum of described ones, so the way back
// for gradients is the transposed sum.
#pragma once

#include <span>
#include <vector>

#include "likeness/encoder/plan.hpp"

namespace likeness {

// `described` is (O, I, 3, 3), of a transposed convolution if `transposed`.
// kUpsampled: (O, I, 4, 4) of a transposed convolution with stride 2, one pixel padded.
// kPhases: (4 O, I, 3, 3) of a convolution; output channel (2 dy + dx) O + o is pixel (dy, dx).
struct WeightShape {
  std::size_t out = 0;
  std::size_t in = 0;
  bool transposed = false;
};
[[nodiscard]] std::size_t computed_size(WeightForm form, const WeightShape& shape);
void expand_weights(WeightForm form, const WeightShape& shape, std::span<const float> described,
                    std::span<float> computed);
void contract_gradient(WeightForm form, const WeightShape& shape, std::span<const float> computed,
                       std::span<float> described);

}  // namespace likeness
