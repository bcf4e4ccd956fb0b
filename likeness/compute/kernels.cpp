#include "likeness/compute/kernels.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <vector>

#include "likeness/compute/vectors.hpp"

namespace likeness {
namespace {

using vectors::from;
using vectors::Out;
using vectors::to;

// Zeros in memory that is kept for this thread's next call: a step of training is to allocate
// nothing.
std::span<float> zeros(std::vector<float>& kept, std::size_t count) {
  kept.assign(count, 0.0F);
  return kept;
}

// Adds up `2 * channels` sums over all pixels, in blocks that are short enough for sums in F32.
// They last until the next call.
template <typename Body>
std::span<float> sum_over_pixels(const Shape& shape, const Body& body) {
  constexpr std::size_t kBlock = 16384;  // values
  static thread_local std::vector<float> kept;
  const std::span<float> sums = zeros(kept, 2 * shape.c);
  const std::size_t block = std::max<std::size_t>(1, kBlock / std::max<std::size_t>(1, shape.c));
  for (std::size_t row = 0; row < shape.pixels(); row += block) {
    body(row, vectors::Rows{.rows = std::min(block, shape.pixels() - row), .channels = shape.c},
         sums.data(), sums.data() + shape.c);
  }
  return sums;
}

// Lasts until the next call.
struct ScaleShift {
  std::span<float> scale;
  std::span<float> shift;
};

ScaleShift scale_shift_of(const Normalisation& normalisation, const BatchMoments& moments) {
  static thread_local std::vector<float> kept;
  const std::size_t channels = normalisation.gamma.size();
  const std::span<float> both = zeros(kept, 2 * channels);
  const ScaleShift result{.scale = both.first(channels), .shift = both.last(channels)};
  for (std::size_t c = 0; c < channels; ++c) {
    result.scale[c] = normalisation.gamma[c] * moments.inverse_spread[c];
    result.shift[c] = normalisation.beta[c] - moments.mean[c] * result.scale[c];
  }
  return result;
}

}  // namespace

void load_pictures(std::span<const std::uint8_t> pictures, const Tensor& out) {
  assert(pictures.size() == out.shape.size());
  vectors::load_bytes(pictures.data(), pictures.size(), to(out, 0));
}

void load_luma(std::span<const std::uint8_t> pictures, const Tensor& out) {
  assert(pictures.size() == 3 * out.shape.size());
  constexpr std::size_t kBlock = 1024;  // values, that stay in the nearest cache
  std::array<float, kBlock> luma;
  for (std::size_t begin = 0; begin < out.shape.size(); begin += kBlock) {
    const std::size_t size = std::min(kBlock, out.shape.size() - begin);
    const std::uint8_t* pixel = pictures.data() + 3 * begin;
    for (std::size_t i = 0; i < size; ++i, pixel += 3) {
      const int thousandths = 299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2];
      luma[i] = static_cast<float>(thousandths) / 255000.0F;
    }
    vectors::copy({.data = luma.data()}, size, to(out, begin));
  }
}

void copy_as(const Tensor& in, const Tensor& out) {
  vectors::copy(from(in, 0), in.shape.size(), to(out, 0));
}

void add(const Tensor& a, const Tensor& b, const Tensor& out) {
  assert(a.precision == b.precision);
  vectors::add(from(a, 0), from(b, 0), a.shape.size(), to(out, 0));
}

void relu(const Tensor& in, float slope, const Tensor& out) {
  vectors::relu(from(in, 0), slope, in.shape.size(), to(out, 0));
}

void relu_backward(const Tensor& out, float slope, const Tensor& out_gradient,
                   const Tensor& in_gradient) {
  assert(out.precision == out_gradient.precision);
  vectors::relu_backward(from(out, 0), slope, from(out_gradient, 0), out.shape.size(),
                         to(in_gradient, 0));
}

void sigmoid(const Tensor& in, const Tensor& out) {
  vectors::sigmoid(from(in, 0), in.shape.size(), to(out, 0));
}

void sigmoid_backward(const Tensor& out, const Tensor& out_gradient, const Tensor& in_gradient) {
  vectors::sigmoid_backward(from(out, 0), from(out_gradient, 0), out.shape.size(),
                            to(in_gradient, 0));
}

void scale_and_shift(const Tensor& in, std::span<const float> scale, std::span<const float> shift,
                     float relu_slope, const Tensor& out) {
  vectors::scale_and_shift(from(in, 0), {.rows = in.shape.pixels(), .channels = in.shape.c},
                           scale.data(), shift.data(), relu_slope, to(out, 0));
}

void normalise(const Tensor& in, const Normalisation& normalisation, const BatchMoments& moments,
               const Tensor& out) {
  const std::size_t channels = in.shape.c;
  // Squares are taken around the first pixel: with a mean far from 0 nothing cancels.
  static thread_local std::vector<float> kept;
  const std::span<float> centre = zeros(kept, channels);
  vectors::copy(from(in, 0), channels, {.data = centre.data(), .precision = Precision::kF32});
  const auto sums = sum_over_pixels(
      in.shape, [&](std::size_t row, const vectors::Rows& rows, float* sum, float* squares) {
        vectors::add_moments(from(in, row * channels), rows, centre.data(), sum, squares);
      });
  const auto count = static_cast<float>(in.shape.pixels());
  for (std::size_t c = 0; c < channels; ++c) {
    const float offset = sums[c] / count;
    const float variance = std::max(0.0F, sums[channels + c] / count - offset * offset);
    moments.mean[c] = centre[c] + offset;
    moments.inverse_spread[c] = 1.0F / std::sqrt(variance + normalisation.epsilon);
  }
  const auto affine = scale_shift_of(normalisation, moments);
  scale_and_shift(in, affine.scale, affine.shift, normalisation.relu_slope, out);
}

void normalise_backward(const Tensor& in, const Normalisation& normalisation,
                        const BatchMoments& moments, const Tensor& out_gradient,
                        const Tensor& in_gradient, const AffineGradient& affine_gradient) {
  const std::size_t channels = in.shape.c;
  const auto scaling = scale_shift_of(normalisation, moments);
  const vectors::Affine affine{.scale = scaling.scale.data(),
                               .shift = scaling.shift.data(),
                               .mean = moments.mean.data(),
                               .slope = normalisation.relu_slope};
  const auto sums = sum_over_pixels(
      in.shape, [&](std::size_t row, const vectors::Rows& rows, float* sum, float* products) {
        vectors::add_gradient_moments(from(in, row * channels), from(out_gradient, row * channels),
                                      rows, affine, sum, products);
      });
  const auto count = static_cast<float>(in.shape.pixels());
  for (std::size_t c = 0; c < channels; ++c) {
    const float inverse_spread = moments.inverse_spread[c];
    affine_gradient.beta[c] = sums[c];
    affine_gradient.gamma[c] = sums[channels + c] * inverse_spread;
    sums[c] /= count;
    sums[channels + c] *= inverse_spread * inverse_spread / count;
  }
  vectors::normalise_backward(
      from(in, 0), from(out_gradient, 0), {.rows = in.shape.pixels(), .channels = channels}, affine,
      {.mean = sums.data(), .along = sums.data() + channels}, to(in_gradient, 0));
}

void sum_channels(const Tensor& in, std::span<float> sums) {
  static thread_local std::vector<float> kept;
  const std::span<float> zero = zeros(kept, in.shape.c);
  const auto both = sum_over_pixels(
      in.shape, [&](std::size_t row, const vectors::Rows& rows, float* sum, float* squares) {
        vectors::add_moments(from(in, row * in.shape.c), rows, zero.data(), sum, squares);
      });
  std::copy_n(both.begin(), in.shape.c, sums.begin());
}

Difference compare(const Tensor& reconstruction, std::span<const std::uint8_t> pictures,
                   const Tensor& gradient) {
  assert(reconstruction.shape.size() == pictures.size());
  const auto values = reconstruction.floats();
  const float factor = 2.0F / static_cast<float>(pictures.size());
  constexpr std::size_t kBlock = 4096;  // short enough for sums in F32
  Difference total;
  for (std::size_t i = 0; i < values.size(); i += kBlock) {
    const Out out = gradient.data == nullptr ? Out{.data = nullptr, .precision = gradient.precision}
                                             : to(gradient, i);
    const auto sums = vectors::compare(values.data() + i, pictures.data() + i,
                                       std::min(kBlock, values.size() - i), factor, out);
    total.squared += static_cast<double>(sums.squared);
    total.absolute += static_cast<double>(sums.absolute);
  }
  return total;
}

void adam_step(const Adam& adam, std::span<const float> gradient, std::span<float> first_moment,
               std::span<float> second_moment, std::span<float> weights) {
  // The corrections for the moments' start at 0 are drawn into the step and epsilon.
  const auto t = static_cast<float>(adam.t);
  const float correction1 = 1.0F - std::pow(adam.beta1, t);
  const float correction2 = std::sqrt(1.0F - std::pow(adam.beta2, t));
  const vectors::AdamFactors factors{.beta1 = adam.beta1,
                                     .beta2 = adam.beta2,
                                     .step = adam.learning_rate * correction2 / correction1,
                                     .epsilon = adam.epsilon * correction2};
  vectors::adam(factors, gradient.data(), gradient.size(), first_moment.data(),
                second_moment.data(), weights.data());
}

}  // namespace likeness
