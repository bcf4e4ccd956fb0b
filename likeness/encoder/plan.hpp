// From what a network says to what is computed: the same function in fewer and cheaper steps.
//   - Nearest upsampling commutes with everything that treats pixels alike (ReLU, normalisation,
//     1x1 convolution, sum), so it is put off: those steps run on the small picture.
//   - A 3x3 convolution of a picture upsampled by 2 is a 4x4 transposed convolution with stride 2
//     of the picture before: 4/9 of the arithmetic. With few output channels it is instead a 3x3
//     convolution to 4 times as many and a rearrangement of channels to pixels.
//   - A ReLU behind a normalisation runs with it, one behind a ReLU not at all. For inference a
//     normalisation behind a convolution is drawn into its weights, and the ReLU runs with it.
//   - A bias that a normalisation takes away again is not added (its gradient is 0); the running
//     mean counts it.
//   - Flattening is left out: a dense layer's weights are kept in the order of the memory.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/compute/convolution.hpp"
#include "likeness/encoder/network.hpp"

namespace likeness {

// step_traits.hpp says what each of them is like.
enum class StepKind {
  kInput,
  kConvolution,
  kDense,
  kNormalisation,
  kRelu,
  kSigmoid,
  kMaxPooling,
  kUpsampling,
  kDepthToSpace,
  kSum,
  kCrop,
  kLuma,
  kGradientHistogram,
  kGradientPyramid,
  kLabHistogram,
  kFineLabHistogram,
  kPretrained,
  kUnitLength,
  kDescriptor,  // the last one
};

// How the weights that a step computes with come from the layer's.
enum class WeightForm {
  kAsDescribed,
  kUpsampled,  // 3x3 to the 4x4 of a transposed convolution with stride 2
  kPhases,     // 3x3 to 3x3 with an output channel for each pixel of the upsampled 2x2
};

inline constexpr std::size_t kNoLayer = static_cast<std::size_t>(-1);

struct Step {
  StepKind kind = StepKind::kInput;
  std::size_t layer = kNoLayer;       // the layer that gives parameters and name
  std::vector<std::size_t> inputs{};  // earlier steps
  Shape output;                       // of one picture, as it lies in memory
  WeightForm form = WeightForm::kAsDescribed;
  std::size_t factor = 1;                // of upsampling; of a sum: inputs[1] is smaller by it
  float relu_slope = 1.0F;               // of a ReLU, also one that runs with this step; 1: none
  std::size_t normalisation = kNoLayer;  // drawn into the weights
  bool without_bias = false;             // of a convolution whose bias is not added
  std::size_t bias_layer = kNoLayer;     // of a normalisation: the layer whose bias was not added
};

struct Plan {
  std::vector<Step> steps;
  std::size_t latent = 0;  // the steps that give them
  std::size_t reconstruction = 0;
};

// Error::kInput for a network that describes what no step can do (a reshape in an odd place).
[[nodiscard]] Plan plan(const Network& network, Use use);

}  // namespace likeness
