#include "tests/encoder/plain_tensor.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace likeness {
namespace {

// Calls visit(position in N, C, H, W; position in N, H, W, C) for every value.
template <typename Visit>
void visit_layouts(const PlainTensor& tensor, Visit visit) {
  const Shape& s = tensor.shape;
  for (std::size_t n = 0; n < s.n; ++n) {
    for (std::size_t pixel = 0; pixel < s.h * s.w; ++pixel) {
      for (std::size_t c = 0; c < s.c; ++c) {
        visit(tensor.index(n, c, pixel / s.w, pixel % s.w), (n * s.h * s.w + pixel) * s.c + c);
      }
    }
  }
}

}  // namespace

std::vector<float> channels_last(const PlainTensor& tensor) {
  std::vector<float> values(tensor.values.size());
  visit_layouts(tensor, [&](std::size_t plain, std::size_t last) {
    values[last] = static_cast<float>(tensor.values[plain]);
  });
  return values;
}

PlainTensor from_channels_last(const Shape& shape, std::span<const float> values) {
  assert(values.size() == shape.size());
  PlainTensor tensor(shape);
  visit_layouts(tensor, [&](std::size_t plain, std::size_t last) {
    tensor.values[plain] = static_cast<double>(values[last]);
  });
  return tensor;
}

PlainLoss mean_squared_error(const PlainTensor& reconstruction, const PlainTensor& pictures) {
  assert(reconstruction.shape == pictures.shape);
  PlainLoss loss{.value = 0.0, .gradient = PlainTensor(pictures.shape)};
  const auto count = static_cast<double>(pictures.values.size());
  for (std::size_t i = 0; i < pictures.values.size(); ++i) {
    const double error = reconstruction.values[i] - pictures.values[i];
    loss.value += error * error / count;
    loss.gradient.values[i] = 2.0 * error / count;
  }
  return loss;
}

double relative_difference(std::span<const double> actual, std::span<const double> expected) {
  if (actual.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double difference = 0.0;
  double largest = 1e-3;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (!std::isfinite(actual[i])) return std::numeric_limits<double>::infinity();
    difference = std::max(difference, std::abs(actual[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return difference / largest;
}

}  // namespace likeness
