// The inner loops of kernels.hpp, each over a run of values that one thread works on. They are
// compiled once for every vector unit, and the best for this processor is called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "likeness/compute/tensor.hpp"

namespace likeness::vectors {

// A run of activations in memory, of which `precision` tells the kind.
struct In {
  const void* data = nullptr;
  Precision precision = Precision::kF32;
};
struct Out {
  void* data = nullptr;
  Precision precision = Precision::kF32;
};

// The run of a tensor that begins at a value.
inline void* at(const Tensor& tensor, std::size_t value) {
  return static_cast<std::byte*>(tensor.data) + value * bytes_per_value(tensor.precision);
}
inline In from(const Tensor& tensor, std::size_t value) {
  return {.data = at(tensor, value), .precision = tensor.precision};
}
inline Out to(const Tensor& tensor, std::size_t value) {
  return {.data = at(tensor, value), .precision = tensor.precision};
}

void load_bytes(const std::uint8_t* bytes, std::size_t count, Out out);
void copy(In in, std::size_t count, Out out);
void add(In a, In b, std::size_t count, Out out);
void relu(In in, float slope, std::size_t count, Out out);
void relu_backward(In out_value, float slope, In gradient, std::size_t count, Out in_gradient);
void sigmoid(In in, std::size_t count, Out out);
void sigmoid_backward(In out_value, In gradient, std::size_t count, Out in_gradient);

// Rows of `channels` values each.
struct Rows {
  std::size_t rows = 0;
  std::size_t channels = 0;
};
// sums[c] += x and squares[c] += (x - centre[c])^2 in F32.
void add_moments(In in, Rows rows, const float* centre, float* sums, float* squares);
void scale_and_shift(In in, Rows rows, const float* scale, const float* shift, float slope,
                     Out out);
// With g = gradient behind the ReLU: sums[c] += g, products[c] += g * (x - mean[c]).
struct Affine {
  const float* scale = nullptr;
  const float* shift = nullptr;
  const float* mean = nullptr;
  float slope = 1.0F;
};
void add_gradient_moments(In in, In gradient, Rows rows, const Affine& affine, float* sums,
                          float* products);
// in_gradient = scale * (g - mean[c] - along[c] * (x - affine.mean[c])).
struct Correction {
  const float* mean = nullptr;
  const float* along = nullptr;
};
void normalise_backward(In in, In gradient, Rows rows, const Affine& affine,
                        const Correction& correction, Out in_gradient);

// The weights' gradient of a depthwise 3x3 convolution, of one row of pixels by one row of taps:
// with C channels and tap k = 0, 1, 2 sums[k * C + c] += in[x + k - 1][c] * gradient[x][c] over the
// columns x where both are. Both have the same precision.
void add_row_products(In in, In gradient, Rows columns, float* sums);

// Pixels of some picture, each where its channels begin (counted in values from the tensor's start)
// and with its position in a window.
struct Tap {
  std::size_t value = 0;
  std::uint8_t position = 0;
};
// out[c] = the largest of the taps' channel c, where[c] = the position it was at, unless `where` is
// null; the first of several (in BF16, +0 is larger than -0). A NaN counts as the largest, so that
// it is not lost.
void largest(In tensor, std::span<const Tap> taps, std::size_t channels, Out out,
             std::uint8_t* where);
// out[c] = the sum of the taps' channel c; if there is `where` (as long as the tensor), only of
// those taps whose position it holds.
void sum(In tensor, const std::uint8_t* where, std::span<const Tap> taps, std::size_t channels,
         Out out);

// Against bytes / 255; gradient = factor * difference, if it has data.
struct Differences {
  float squared = 0.0F;
  float absolute = 0.0F;
};
[[nodiscard]] Differences compare(const float* values, const std::uint8_t* bytes, std::size_t count,
                                  float factor, Out gradient);

struct AdamFactors {
  float beta1, beta2, step, epsilon;
};
void adam(const AdamFactors& factors, const float* gradient, std::size_t count, float* first,
          float* second, float* weights);

}  // namespace likeness::vectors
