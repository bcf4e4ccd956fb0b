// Kernels against plain loops in double, on sizes that no vector divides. What moves between
// pictures of different sizes is compared layer by layer in tests/encoder/executor_test.cpp.
#include "likeness/compute/kernels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

float from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

// Values with the memory behind them, in either precision.
struct Values {
  Tensor tensor;
  std::vector<float> wide;
  std::vector<std::uint16_t> narrow;

  Values(const Shape& shape, Precision precision) : tensor{.shape = shape, .precision = precision} {
    wide.resize(shape.size());
    narrow.resize(shape.size());
    tensor.data = precision == Precision::kF32 ? static_cast<void*>(wide.data())
                                               : static_cast<void*>(narrow.data());
  }
  void draw(std::uint64_t seed) {
    Random random(seed);
    std::vector<float> drawn(tensor.shape.size());
    for (auto& value : drawn) value = static_cast<float>(random.normal());
    copy_as({.shape = tensor.shape, .data = drawn.data()}, tensor);
  }
  [[nodiscard]] double at(std::size_t i) const {
    return static_cast<double>(tensor.precision == Precision::kF32 ? wide[i]
                                                                   : from_bf16(narrow[i]));
  }
};

class Kernels : public testing::TestWithParam<Precision> {
 protected:
  // Results in BF16 have 8 bits.
  [[nodiscard]] double tolerance() const { return GetParam() == Precision::kF32 ? 1e-5 : 1e-2; }
};

TEST(CopyAs, RoundsToTheNearestBf16) {
  // 1 + 2^-8 lies between two BF16 values: ties go to the even one. The others are nearer to one.
  std::vector<float> values{
      1.0F, 1.0F + 0x1p-8F, 1.0F + 0x1.8p-7F, 1.0F + 0x1.1p-8F, -3.17F, 1e-30F, 0.0F};
  std::vector<std::uint16_t> narrow(values.size());
  const Shape shape{.c = values.size()};
  copy_as({.shape = shape, .data = values.data()},
          {.shape = shape, .precision = Precision::kBf16, .data = narrow.data()});
  EXPECT_EQ(from_bf16(narrow[0]), 1.0F);
  EXPECT_EQ(from_bf16(narrow[1]), 1.0F);
  EXPECT_EQ(from_bf16(narrow[2]), 1.0F + 0x1p-6F);
  EXPECT_EQ(from_bf16(narrow[3]), 1.0F + 0x1p-7F);
  EXPECT_NEAR(from_bf16(narrow[4]), -3.17F, 0.01);
  EXPECT_NEAR(from_bf16(narrow[5]) / 1e-30F, 1.0, 0.005);
  EXPECT_EQ(from_bf16(narrow[6]), 0.0F);
}

TEST_P(Kernels, LoadPicturesAsSharesOf255) {
  std::vector<std::uint8_t> bytes(259);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const Values out({.c = 7, .w = 37}, GetParam());
  load_pictures(bytes, out.tensor);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_NEAR(out.at(i), bytes[i] / 255.0, tolerance()) << i;
  }
}

TEST_P(Kernels, ActivationsGoForwardAndBack) {
  const Shape shape{.n = 3, .c = 5, .h = 7, .w = 11};
  Values in(shape, GetParam());
  Values gradient(shape, GetParam());
  const Values leaky(shape, GetParam());
  const Values smooth(shape, GetParam());
  const Values back(shape, GetParam());
  in.draw(1);
  gradient.draw(2);
  relu(in.tensor, 0.25F, leaky.tensor);
  relu_backward(leaky.tensor, 0.25F, gradient.tensor, back.tensor);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const double slope = in.at(i) > 0.0 ? 1.0 : 0.25;
    EXPECT_NEAR(leaky.at(i), in.at(i) * slope, tolerance() * 4);
    EXPECT_NEAR(back.at(i), gradient.at(i) * slope, tolerance() * 4);
  }
  sigmoid(in.tensor, smooth.tensor);
  sigmoid_backward(smooth.tensor, gradient.tensor, back.tensor);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const double y = 1.0 / (1.0 + std::exp(-in.at(i)));
    EXPECT_NEAR(smooth.at(i), y, tolerance());
    EXPECT_NEAR(back.at(i), gradient.at(i) * y * (1.0 - y), tolerance());
  }
}

TEST(Sigmoid, KeepsToItsBoundsAndShowsANan) {
  std::vector<float> values{-1e30F, 1e30F, 0.0F, NAN};
  const Tensor tensor{.shape = {.c = values.size()}, .data = values.data()};
  sigmoid(tensor, tensor);
  EXPECT_LT(values[0], 1e-30F);
  EXPECT_EQ(values[1], 1.0F);
  EXPECT_EQ(values[2], 0.5F);
  EXPECT_TRUE(std::isnan(values[3]));
}

struct Moments {
  std::vector<double> mean, variance;
};

Moments plain_moments(const Values& values) {
  const Shape& s = values.tensor.shape;
  Moments moments{.mean = std::vector<double>(s.c), .variance = std::vector<double>(s.c)};
  const auto count = static_cast<double>(s.pixels());
  for (std::size_t i = 0; i < s.size(); ++i) moments.mean[i % s.c] += values.at(i) / count;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const double off = values.at(i) - moments.mean[i % s.c];
    moments.variance[i % s.c] += off * off / count;
  }
  return moments;
}

TEST_P(Kernels, NormaliseWithTheMomentsOfTheBatch) {
  for (const std::size_t channels : {1U, 3U, 16U, 37U}) {
    const Shape shape{.n = 5, .c = channels, .h = 9, .w = 13};
    Values in(shape, GetParam());
    const Values out(shape, GetParam());
    in.draw(channels);
    const std::vector<float> gamma(channels, 1.5F);
    const std::vector<float> beta(channels, -0.25F);
    std::vector<float> mean(channels);
    std::vector<float> inverse(channels);
    normalise(in.tensor, {.gamma = gamma, .beta = beta, .epsilon = 1e-3F, .relu_slope = 0.0F},
              {.mean = mean, .inverse_spread = inverse}, out.tensor);
    const auto expected = plain_moments(in);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const std::size_t c = i % channels;
      const double y =
          1.5 * (in.at(i) - expected.mean[c]) / std::sqrt(expected.variance[c] + 1e-3) - 0.25;
      ASSERT_NEAR(out.at(i), std::max(y, 0.0), 3 * tolerance()) << channels << " " << i;
    }
  }
}

// As behind a dense layer, whose output is exact whatever the rest is kept in.
TEST(Normalise, GoesBackBetweenDifferentPrecisions) {
  const Shape shape{.n = 7, .c = 19, .h = 3, .w = 5};
  Values in(shape, Precision::kF32);
  Values gradient(shape, Precision::kBf16);
  in.draw(1);
  gradient.draw(2);
  const Values wide_gradient(shape, Precision::kF32);
  copy_as(gradient.tensor, wide_gradient.tensor);
  const Values out(shape, Precision::kBf16);
  const Values expected(shape, Precision::kF32);
  const Values found(shape, Precision::kF32);
  const std::vector<float> gamma(19, 1.5F);
  const std::vector<float> beta(19, -0.25F);
  std::vector<float> mean(19);
  std::vector<float> inverse(19);
  std::vector<float> sums(38);
  const Normalisation normalisation{
      .gamma = gamma, .beta = beta, .epsilon = 1e-3F, .relu_slope = 0.1F};
  const BatchMoments moments{.mean = mean, .inverse_spread = inverse};
  const AffineGradient affine{.gamma = std::span(sums).first(19), .beta = std::span(sums).last(19)};
  normalise(in.tensor, normalisation, moments, out.tensor);
  normalise_backward(in.tensor, normalisation, moments, wide_gradient.tensor, expected.tensor,
                     affine);
  normalise_backward(in.tensor, normalisation, moments, gradient.tensor, found.tensor, affine);
  for (std::size_t i = 0; i < shape.size(); ++i) ASSERT_EQ(found.at(i), expected.at(i)) << i;
}

TEST(Luma, IsTheWeightedSumOfTheChannels) {
  for (const auto precision : {Precision::kF32, Precision::kBf16}) {
    const Shape shape{.n = 3, .c = 1, .h = 37, .w = 29};
    std::vector<std::uint8_t> pictures(3 * shape.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      pictures[i] = static_cast<std::uint8_t>(i * 37 % 256);
    }
    const Values luma(shape, precision);
    load_luma(pictures, luma.tensor);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const double expected =
          (0.299 * pictures[3 * i] + 0.587 * pictures[3 * i + 1] + 0.114 * pictures[3 * i + 2]) /
          255.0;
      ASSERT_NEAR(luma.at(i), expected, precision == Precision::kF32 ? 1e-6 : 0.002) << i;
    }
  }
}

TEST(Normalise, LosesNothingFarFromZero) {
  // A mean of 1000 with a spread of 0.1: squares around 0 would leave no digit of the variance.
  const Shape shape{.n = 4, .c = 2, .h = 31, .w = 17};
  Values in(shape, Precision::kF32);
  in.draw(3);
  for (auto& value : in.wide) value = 1000.0F + 0.1F * value;
  const Values out(shape, Precision::kF32);
  std::vector<float> mean(2);
  std::vector<float> inverse(2);
  const std::vector<float> one(2, 1.0F);
  const std::vector<float> zero(2, 0.0F);
  normalise(in.tensor, {.gamma = one, .beta = zero, .epsilon = 0.0F},
            {.mean = mean, .inverse_spread = inverse}, out.tensor);
  const auto expected = plain_moments(in);
  for (std::size_t c = 0; c < 2; ++c) {
    EXPECT_NEAR(inverse[c] * std::sqrt(expected.variance[c]), 1.0, 1e-3);
  }
}

TEST(SumChannels, AddsOverAllPixels) {
  const Shape shape{.n = 3, .c = 19, .h = 5, .w = 3};
  Values in(shape, Precision::kF32);
  in.draw(9);
  std::vector<float> sums(19);
  sum_channels(in.tensor, sums);
  for (std::size_t c = 0; c < 19; ++c) {
    double expected = 0.0;
    for (std::size_t i = c; i < shape.size(); i += 19) expected += in.at(i);
    EXPECT_NEAR(sums[c], expected, 1e-4);
  }
}

TEST(Compare, SumsDifferencesAndGivesTheGradient) {
  const Shape shape{.n = 2, .c = 3, .h = 37, .w = 41};
  Values in(shape, Precision::kF32);
  const Values gradient(shape, Precision::kF32);
  in.draw(4);
  std::vector<std::uint8_t> pictures(shape.size());
  Random random(5);
  for (auto& value : pictures) value = static_cast<std::uint8_t>(random.below(256));
  const auto found = compare(in.tensor, pictures, gradient.tensor);
  double squared = 0.0;
  double absolute = 0.0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const double difference = in.at(i) - pictures[i] / 255.0;
    squared += difference * difference;
    absolute += std::abs(difference);
    EXPECT_NEAR(gradient.at(i), 2.0 * difference / static_cast<double>(pictures.size()), 1e-8);
  }
  EXPECT_NEAR(found.squared / squared, 1.0, 1e-5);
  EXPECT_NEAR(found.absolute / absolute, 1.0, 1e-5);
}

TEST(AdamStep, FollowsTheAlgorithm) {
  constexpr std::size_t kCount = 35;
  Random random(6);
  std::vector<float> weights(kCount);
  std::vector<float> first(kCount);
  std::vector<float> second(kCount);
  std::vector<double> w(kCount);
  std::vector<double> m(kCount);
  std::vector<double> v(kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    weights[i] = static_cast<float>(random.normal());
    w[i] = static_cast<double>(weights[i]);
  }
  for (std::size_t t = 1; t <= 20; ++t) {
    std::vector<float> gradient(kCount);
    for (auto& value : gradient) value = static_cast<float>(random.normal());
    adam_step({.learning_rate = 0.01F, .t = t}, gradient, first, second, weights);
    for (std::size_t i = 0; i < kCount; ++i) {
      const auto g = static_cast<double>(gradient[i]);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      const double mean = m[i] / (1.0 - std::pow(0.9, t));
      const double square = v[i] / (1.0 - std::pow(0.999, t));
      w[i] -= 0.01 * mean / (std::sqrt(square) + 1e-7);
    }
  }
  for (std::size_t i = 0; i < kCount; ++i) EXPECT_NEAR(weights[i], w[i], 1e-5);
}

// The largest of a window and its place, the first of several; a NaN counts as the largest.
struct Largest {
  double value = 0.0;
  std::size_t place = 0;
};
Largest plain_largest(const Values& in, std::size_t y, std::size_t x, std::size_t c) {
  const Shape& s = in.tensor.shape;
  Largest best{.place = 9};
  for (std::size_t tap = 0; tap < 9; ++tap) {
    const std::size_t row = 2 * y + tap / 3;
    const std::size_t column = 2 * x + tap % 3;
    if (row >= s.h || column >= s.w) continue;
    const double value = in.at((row * s.w + column) * s.c + c);
    const bool larger = value > best.value || std::isnan(value) || best.place == 9;
    if (larger && !std::isnan(best.value)) best = {.value = value, .place = tap};
  }
  return best;
}

TEST_P(Kernels, PoolTheLargestAndKeepANan) {
  const Shape shape{.c = 67, .h = 7, .w = 10};
  Values in(shape, GetParam());
  in.draw(8);
  std::vector<float> special(shape.size());
  copy_as(in.tensor, {.shape = shape, .data = special.data()});
  const std::vector<float> values{NAN, -NAN, INFINITY, -INFINITY, 0.0F, -1e-38F, 3e38F, -3e38F};
  for (std::size_t i = 0; i < special.size(); i += 5) special[i] = values[i / 5 % values.size()];
  // Whole windows of one value: also where nothing is larger there is a place.
  for (std::size_t i = 0; i < special.size(); ++i) {
    if (i % shape.c == 1) special[i] = -INFINITY;
    if (i % shape.c == 2) special[i] = 1.0F;
  }
  copy_as({.shape = shape, .data = special.data()}, in.tensor);

  const Values out({.c = shape.c, .h = 4, .w = 5}, GetParam());
  const Values without(out.tensor.shape, GetParam());
  std::vector<std::uint8_t> where(out.tensor.shape.size());
  const Pooling pooling{.kernel = 3, .stride = 2};
  max_pool(in.tensor, pooling, out.tensor, where);
  max_pool(in.tensor, pooling, without.tensor, {});
  for (std::size_t i = 0; i < where.size(); ++i) {
    const std::size_t pixel = i / shape.c;
    const auto best = plain_largest(in, pixel / 5, pixel % 5, i % shape.c);
    ASSERT_EQ(std::isnan(out.at(i)), std::isnan(best.value)) << i;
    ASSERT_EQ(std::isnan(without.at(i)), std::isnan(best.value)) << i;
    if (std::isnan(best.value)) continue;
    EXPECT_EQ(out.at(i), best.value) << i;
    EXPECT_EQ(without.at(i), best.value) << i;
    EXPECT_EQ(where[i], best.place) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, Kernels, testing::Values(Precision::kF32, Precision::kBf16));

}  // namespace
}  // namespace likeness
