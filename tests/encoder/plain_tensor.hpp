// Activations of the plain network: doubles in the order N, C, H, W.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "likeness/compute/tensor.hpp"

namespace likeness {

struct PlainTensor {
  Shape shape;
  std::vector<double> values;

  PlainTensor() = default;
  explicit PlainTensor(const Shape& s) : shape(s), values(s.size()) {}
  PlainTensor(const Shape& s, std::vector<double> v) : shape(s), values(std::move(v)) {}

  [[nodiscard]] std::size_t index(std::size_t n, std::size_t c, std::size_t y,
                                  std::size_t x) const {
    return ((n * shape.c + c) * shape.h + y) * shape.w + x;
  }
  // The channel of the value at `index`.
  [[nodiscard]] std::size_t channel(std::size_t index) const {
    return index / (shape.h * shape.w) % shape.c;
  }
};

// To and from the layout of `compute`: floats in the order N, H, W, C.
[[nodiscard]] std::vector<float> channels_last(const PlainTensor& tensor);
[[nodiscard]] PlainTensor from_channels_last(const Shape& shape, std::span<const float> values);

struct PlainLoss {
  double value = 0.0;
  PlainTensor gradient;  // with respect to the reconstruction
};

// The mean over all values of (reconstruction - picture)^2.
[[nodiscard]] PlainLoss mean_squared_error(const PlainTensor& reconstruction,
                                           const PlainTensor& pictures);

// The largest |actual - expected| as a share of the largest |expected|, which counts as 0.001 if it
// is less: gradients that are 0 in theory differ from 0 by rounding.
[[nodiscard]] double relative_difference(std::span<const double> actual,
                                         std::span<const double> expected);

}  // namespace likeness
