#include "likeness/compute/kernels.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>
#include <vector>

#include "likeness/compute/parallel_ranges.hpp"
#include "likeness/compute/vectors.hpp"

namespace likeness {
namespace {

using vectors::from;
using vectors::Out;
using vectors::to;

constexpr std::size_t kGrain = 16384;  // values: less is not worth waking a thread

std::size_t rows_worth_a_thread(std::size_t channels) {
  return std::max<std::size_t>(1, kGrain / std::max<std::size_t>(1, channels));
}

// For kernels that look at one value after the other.
template <typename Body>
void for_values(std::size_t count, const Body& body) {
  parallel_ranges(count, kGrain, [&](std::size_t begin, std::size_t end, std::size_t) {
    body(begin, end - begin);
  });
}

// Zeros in memory that is kept for the next call: a step of training is to allocate nothing. What
// is kept belongs to the calling thread; other threads reach it through the span alone.
std::span<float> zeros(std::vector<float>& kept, std::size_t count) {
  kept.assign(count, 0.0F);
  return kept;
}

// Adds up `2 * channels` sums over all pixels, in blocks that stay in the cache. They last until
// the next call.
template <typename Body>
std::span<float> sum_over_pixels(const Shape& shape, const Body& body) {
  const std::size_t block = rows_worth_a_thread(shape.c);
  return parallel_sums(
      shape.pixels(), block, 2 * shape.c, [&](std::size_t begin, std::size_t end, float* sums) {
        for (std::size_t row = begin; row < end; row += block) {
          body(row, vectors::Rows{.rows = std::min(block, end - row), .channels = shape.c}, sums,
               sums + shape.c);
        }
      });
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
  for_values(pictures.size(), [&](std::size_t i, std::size_t count) {
    vectors::load_bytes(pictures.data() + i, count, to(out, i));
  });
}

void load_luma(std::span<const std::uint8_t> pictures, const Tensor& out) {
  assert(pictures.size() == 3 * out.shape.size());
  constexpr std::size_t kBlock = 1024;  // values, that stay in the nearest cache
  for_values(out.shape.size(), [&](std::size_t first, std::size_t count) {
    std::array<float, kBlock> luma;
    for (std::size_t begin = first; begin < first + count; begin += kBlock) {
      const std::size_t size = std::min(kBlock, first + count - begin);
      const std::uint8_t* pixel = pictures.data() + 3 * begin;
      for (std::size_t i = 0; i < size; ++i, pixel += 3) {
        const int thousandths = 299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2];
        luma[i] = static_cast<float>(thousandths) / 255000.0F;
      }
      vectors::copy({.data = luma.data()}, size, to(out, begin));
    }
  });
}

void copy_as(const Tensor& in, const Tensor& out) {
  for_values(in.shape.size(), [&](std::size_t i, std::size_t count) {
    vectors::copy(from(in, i), count, to(out, i));
  });
}

void add(const Tensor& a, const Tensor& b, const Tensor& out) {
  assert(a.precision == b.precision);
  for_values(a.shape.size(), [&](std::size_t i, std::size_t count) {
    vectors::add(from(a, i), from(b, i), count, to(out, i));
  });
}

void relu(const Tensor& in, float slope, const Tensor& out) {
  for_values(in.shape.size(), [&](std::size_t i, std::size_t count) {
    vectors::relu(from(in, i), slope, count, to(out, i));
  });
}

void relu_backward(const Tensor& out, float slope, const Tensor& out_gradient,
                   const Tensor& in_gradient) {
  assert(out.precision == out_gradient.precision);
  for_values(out.shape.size(), [&](std::size_t i, std::size_t count) {
    vectors::relu_backward(from(out, i), slope, from(out_gradient, i), count, to(in_gradient, i));
  });
}

void sigmoid(const Tensor& in, const Tensor& out) {
  for_values(in.shape.size(), [&](std::size_t i, std::size_t count) {
    vectors::sigmoid(from(in, i), count, to(out, i));
  });
}

void sigmoid_backward(const Tensor& out, const Tensor& out_gradient, const Tensor& in_gradient) {
  for_values(out.shape.size(), [&](std::size_t i, std::size_t count) {
    vectors::sigmoid_backward(from(out, i), from(out_gradient, i), count, to(in_gradient, i));
  });
}

void scale_and_shift(const Tensor& in, std::span<const float> scale, std::span<const float> shift,
                     float relu_slope, const Tensor& out) {
  const std::size_t channels = in.shape.c;
  const std::size_t grain = rows_worth_a_thread(channels);
  parallel_ranges(in.shape.pixels(), grain, [&](std::size_t begin, std::size_t end, std::size_t) {
    vectors::scale_and_shift(from(in, begin * channels),
                             {.rows = end - begin, .channels = channels}, scale.data(),
                             shift.data(), relu_slope, to(out, begin * channels));
  });
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
  const std::size_t grain = rows_worth_a_thread(channels);
  parallel_ranges(in.shape.pixels(), grain, [&](std::size_t begin, std::size_t end, std::size_t) {
    const std::size_t value = begin * channels;
    vectors::normalise_backward(
        from(in, value), from(out_gradient, value), {.rows = end - begin, .channels = channels},
        affine, {.mean = sums.data(), .along = sums.data() + channels}, to(in_gradient, value));
  });
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
  static thread_local std::vector<Difference> kept;
  kept.assign(compute_threads(), {});
  const std::span<Difference> parts = kept;
  parallel_ranges(values.size(), kGrain, [&](std::size_t begin, std::size_t end, std::size_t part) {
    for (std::size_t i = begin; i < end; i += kBlock) {
      const Out out = gradient.data == nullptr
                          ? Out{.data = nullptr, .precision = gradient.precision}
                          : to(gradient, i);
      const auto sums = vectors::compare(values.data() + i, pictures.data() + i,
                                         std::min(kBlock, end - i), factor, out);
      parts[part].squared += static_cast<double>(sums.squared);
      parts[part].absolute += static_cast<double>(sums.absolute);
    }
  });
  Difference total;
  for (const auto& part : parts) {
    total.squared += part.squared;
    total.absolute += part.absolute;
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
  for_values(gradient.size(), [&](std::size_t i, std::size_t count) {
    vectors::adam(factors, gradient.data() + i, count, first_moment.data() + i,
                  second_moment.data() + i, weights.data() + i);
  });
}

}  // namespace likeness
