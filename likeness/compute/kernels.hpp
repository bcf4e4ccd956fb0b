// What is not a matrix product: normalisation, activations, pooling and resizing of activations,
// each in one pass over memory, vectorised for the processor at hand, on the thread that calls.
// All of them compute in F32 whatever the tensors are kept in. Tensors of one call have the same
// shape and precision unless a comment says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "likeness/compute/tensor.hpp"

namespace likeness {

// out = pictures / 255; pictures is (N, H, W, C).
void load_pictures(std::span<const std::uint8_t> pictures, const Tensor& out);
// out = luma / 255 by ITU-R BT.601, one channel of colour pictures (N, H, W, 3).
void load_luma(std::span<const std::uint8_t> pictures, const Tensor& out);
void copy_as(const Tensor& in, const Tensor& out);  // converts the precision

void add(const Tensor& a, const Tensor& b, const Tensor& out);

// A value above 0 stays, one below is multiplied by slope.
void relu(const Tensor& in, float slope, const Tensor& out);
void relu_backward(const Tensor& out, float slope, const Tensor& out_gradient,
                   const Tensor& in_gradient);
void sigmoid(const Tensor& in, const Tensor& out);
void sigmoid_backward(const Tensor& out, const Tensor& out_gradient, const Tensor& in_gradient);

// Batch normalisation (Ioffe and Szegedy 2015) over N, H and W, with a ReLU behind it if
// relu_slope < 1: out = relu(gamma * (in - mean) / sqrt(variance + epsilon) + beta).
struct Normalisation {
  std::span<const float> gamma;
  std::span<const float> beta;
  float epsilon = 0.0F;
  float relu_slope = 1.0F;
};
// Of the batch: mean and inverse spread 1 / sqrt(variance + epsilon), C values each.
struct BatchMoments {
  std::span<float> mean;
  std::span<float> inverse_spread;
};
struct AffineGradient {
  std::span<float> gamma;
  std::span<float> beta;
};
void normalise(const Tensor& in, const Normalisation& normalisation, const BatchMoments& moments,
               const Tensor& out);
// The input, its gradient and the output's gradient may be of different precisions.
void normalise_backward(const Tensor& in, const Normalisation& normalisation,
                        const BatchMoments& moments, const Tensor& out_gradient,
                        const Tensor& in_gradient, const AffineGradient& affine_gradient);
// out = relu(in * scale + shift), channel by channel: a trained normalisation.
void scale_and_shift(const Tensor& in, std::span<const float> scale, std::span<const float> shift,
                     float relu_slope, const Tensor& out);
// Sums of the C channels over N, H and W: the gradient of a bias.
void sum_channels(const Tensor& in, std::span<float> sums);

// Of a depthwise convolution 3x3 with stride 1 and one pixel of zeros around: the gradient of its
// weights (C, 3, 3), as fast as memory is read; that of oneDNN 2.6 takes 1.7 times as long.
void depthwise_weights_gradient(const Tensor& in, const Tensor& out_gradient,
                                std::span<float> weights_gradient);

// Windows that hang over the edge see only what is inside. `where` remembers the position within
// the window of each maximum, for the way back: one byte an output value, or none for inference.
struct Pooling {
  std::size_t kernel = 3;
  std::size_t stride = 2;
  std::size_t pad_before = 0;
  std::size_t pad_before_columns = 0;
};
void max_pool(const Tensor& in, const Pooling& pooling, const Tensor& out,
              std::span<std::uint8_t> where);
void max_pool_backward(const Tensor& out_gradient, const Pooling& pooling,
                       std::span<const std::uint8_t> where, const Tensor& in_gradient);

// out = large + nearest upsampling of small by `factor`; `large` without data counts as 0.
void add_upsampled(const Tensor& large, const Tensor& small, std::size_t factor, const Tensor& out);
// Each value of small is the sum of its factor x factor values of large: upsampling backwards.
void sum_blocks(const Tensor& large, std::size_t factor, const Tensor& small);

// Channel (dy * factor + dx) * C + c of `deep` is channel c of pixel (dy, dx) of `wide`.
void depth_to_space(const Tensor& deep, std::size_t factor, const Tensor& wide);
void space_to_depth(const Tensor& wide, std::size_t factor, const Tensor& deep);

// The rectangle of `whole` that begins at (top, left), and back: zero outside of it.
void crop(const Tensor& whole, std::size_t top, std::size_t left, const Tensor& part);
void uncrop(const Tensor& part, std::size_t top, std::size_t left, const Tensor& whole);

// Sums over all values of the squared and the absolute difference to the pictures / 255, and the
// gradient of the mean of the squares. `reconstruction` is F32; no gradient if it has no data.
struct Difference {
  double squared = 0.0;
  double absolute = 0.0;
};
[[nodiscard]] Difference compare(const Tensor& reconstruction,
                                 std::span<const std::uint8_t> pictures, const Tensor& gradient);

// One step of Adam (Kingma and Ba 2015, algorithm 1), t counted from 1.
struct Adam {
  float learning_rate = 1e-3F;
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-7F;
  std::size_t t = 1;
};
void adam_step(const Adam& adam, std::span<const float> gradient, std::span<float> first_moment,
               std::span<float> second_moment, std::span<float> weights);

}  // namespace likeness
