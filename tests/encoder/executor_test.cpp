// The fast executor against the plain one, with networks of every layer on odd sizes.
#include "likeness/encoder/executor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/encoder/parts.hpp"
#include "plain_network.hpp"

namespace likeness {
namespace {

std::vector<std::uint8_t> random_pictures(std::size_t count, const Shape& picture) {
  Random random(5);
  std::vector<std::uint8_t> pictures(count * picture.size());
  for (auto& value : pictures) value = static_cast<std::uint8_t>(random.below(256));
  return pictures;
}

// (N, H, W, C) bytes as (N, C, H, W) between 0 and 1.
PlainTensor to_plain(const std::vector<std::uint8_t>& pictures, Shape shape) {
  PlainTensor plain(shape);
  std::size_t i = 0;
  for (std::size_t n = 0; n < shape.n; ++n) {
    for (std::size_t y = 0; y < shape.h; ++y) {
      for (std::size_t x = 0; x < shape.w; ++x) {
        for (std::size_t c = 0; c < shape.c; ++c) {
          plain.values[((n * shape.c + c) * shape.h + y) * shape.w + x] = pictures[i++] / 255.0;
        }
      }
    }
  }
  return plain;
}

std::vector<float> flat(const std::vector<std::vector<double>>& parameters) {
  std::vector<float> result;
  for (const auto& values : parameters) result.insert(result.end(), values.begin(), values.end());
  return result;
}

// The largest difference, as a share of the largest expected value.
double relative_error(const std::vector<double>& expected, const std::vector<double>& found) {
  EXPECT_EQ(expected.size(), found.size());
  double scale = 1e-30;
  double error = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    scale = std::max(scale, std::abs(expected[i]));
    error = std::max(error, std::abs(expected[i] - found[i]));
  }
  return error / scale;
}

std::vector<double> plain_order(const Tensor& tensor) {
  const auto values = tensor.floats();
  const Shape& s = tensor.shape;
  std::vector<double> result(values.size());
  std::size_t i = 0;
  for (std::size_t n = 0; n < s.n; ++n) {
    for (std::size_t pixel = 0; pixel < s.h * s.w; ++pixel) {
      for (std::size_t c = 0; c < s.c; ++c) {
        result[(n * s.c + c) * s.h * s.w + pixel] = static_cast<double>(values[i++]);
      }
    }
  }
  return result;
}

// The means and variances of all normalisations.
std::vector<double> moments_of(PlainNetwork& plain) {
  std::vector<double> moments;
  const auto parameters = parameters_of(plain.network());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].trained()) continue;
    moments.insert(moments.end(), plain.parameters()[i].begin(), plain.parameters()[i].end());
  }
  return moments;
}

struct Errors {
  double reconstruction = 0.0, latent = 0.0, loss = 0.0, gradient = 0.0, moments = 0.0;
};

// One forward pass, and in training one backward pass, of both executors from the same parameters.
Errors compare_executors(const Network& network, std::size_t batch, Precision precision, Use use) {
  Random random(3);
  PlainNetwork plain(network);
  plain.draw_parameters(random);
  Executor fast(network, batch, precision, use);
  fast.set_parameters(flat(plain.parameters()));
  const std::vector<double> before = moments_of(plain);

  Shape shape = network.input();
  shape.n = batch;
  const auto pictures = random_pictures(batch, network.input());
  const PlainTensor target = to_plain(pictures, shape);
  const auto mode =
      use == Use::kTraining ? PlainNetwork::Mode::kTraining : PlainNetwork::Mode::kInference;
  const PlainTensor expected = plain.forward(target, mode);
  fast.forward(pictures);

  Errors errors;
  errors.reconstruction = relative_error(expected.values, plain_order(fast.reconstruction()));
  errors.latent = relative_error(plain.output(network.latent).values, plain_order(fast.latents()));
  if (use == Use::kInference) return errors;

  PlainTensor gradient = expected;
  double squares = 0.0;
  const auto count = static_cast<double>(expected.values.size());
  for (std::size_t i = 0; i < gradient.values.size(); ++i) {
    const double difference = expected.values[i] - target.values[i];
    gradient.values[i] = 2.0 * difference / count;
    squares += difference * difference;
  }
  const auto gradients = plain.backward(gradient);
  std::vector<float> own_gradients(fast.trained());
  errors.loss = std::abs(fast.backward(pictures, own_gradients).squared / squares - 1.0);
  const auto found = fast.described(own_gradients);
  std::size_t start = 0;
  for (const auto& parameter : gradients) {
    if (parameter.empty()) continue;
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(start);
    const std::vector<double> part(begin, begin + static_cast<std::ptrdiff_t>(parameter.size()));
    // Biases before a normalisation have no effect: their gradient is rounding only.
    const double largest = std::abs(
        *std::ranges::max_element(parameter, {}, [](double value) { return std::abs(value); }));
    if (largest > 1e-12)
      errors.gradient = std::max(errors.gradient, relative_error(parameter, part));
    start += parameter.size();
  }
  EXPECT_EQ(start, found.size());
  // The fast one tells the batch's moments, the plain one has moved its running ones towards them.
  const std::vector<double> moments(fast.moments().begin(), fast.moments().end());
  std::vector<double> expected_moments;
  expected_moments.reserve(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    expected_moments.push_back(before[i] +
                               (moments_of(plain)[i] - before[i]) / (1.0 - kNormalisationMomentum));
  }
  errors.moments = relative_error(expected_moments, moments);
  return errors;
}

// Every kind of layer once, in the combinations that the plan rewrites.
Network odd_network(Shape picture) {
  NetworkBuilder b("odd", picture);
  auto x = b.convolution(0, {.out = 5, .kernel = 3, .stride = 2});
  x = b.relu(b.normalisation(x), 0.2F);
  const auto skip = b.convolution(x, {.out = 7, .kernel = 1, .stride = 2});
  x = b.max_pooling(b.normalisation(b.separable_convolution(x, 7, 3)), 3, 2);
  x = b.relu(b.sum(x, skip));
  x = b.convolution(x, {.out = 6, .kernel = 4, .stride = 2, .bias = false});
  x = b.reshape(x, {.c = b.shape(x).size()});
  // Models of before had the histogram.
  const auto vectors = b.sum(b.dense(x, 9), b.dense(b.gradient_histogram(), 9));
  const auto latent = b.dense(b.relu(vectors, 0.1F), 3);
  b.begin("decoder");
  const Shape smallest{.c = 6, .h = (picture.h + 7) / 8, .w = (picture.w + 7) / 8};
  x = b.reshape(b.relu(b.dense(latent, smallest.size()), 0.1F), smallest);
  const auto small = x;
  x = b.transposed_convolution(x, {.out = 9, .kernel = 4, .stride = 2});
  x = b.relu(b.normalisation(x));
  x = b.sum(x, b.upsampling(b.convolution(small, {.out = 9, .kernel = 1})));
  x = b.convolution(b.upsampling(x), {.out = 10, .kernel = 3});
  x = b.depth_to_space(b.convolution(b.relu(x), {.out = 12, .kernel = 3}));
  x = b.sigmoid(x);
  (void)b.crop(x, picture.h, picture.w);
  return std::move(b).finish(latent);
}

TEST(Executor, RefusesResultsThatAreNotExact) {
  if (!has_fast_bf16()) GTEST_SKIP() << "this processor multiplies no BF16";
  NetworkBuilder b("narrow", {.c = 3, .h = 16, .w = 12});
  const auto latent = b.dense(b.reshape(b.relu(b.convolution(0, {.out = 2})), {.c = 384}), 3);
  const auto narrow = b.relu(b.normalisation(latent));
  (void)b.dense(narrow, 5);
  Network network = std::move(b).finish(narrow);
  EXPECT_THROW((void)Executor(network, 2, Precision::kBf16, Use::kInference).latents(), Error);
  EXPECT_NO_THROW((void)Executor(network, 2, Precision::kF32, Use::kInference).latents());
  network.latent = latent;
  EXPECT_NO_THROW((void)Executor(network, 2, Precision::kBf16, Use::kInference).latents());
}

class ExecutorSizes : public testing::TestWithParam<Shape> {};

TEST_P(ExecutorSizes, TrainsAsThePlainNetworkDoes) {
  for (const auto& network : {odd_network(GetParam()), xception_network(GetParam(), 3)}) {
    const auto errors = compare_executors(network, 2, Precision::kF32, Use::kTraining);
    EXPECT_LT(errors.reconstruction, 1e-4) << network.name;
    EXPECT_LT(errors.latent, 1e-4) << network.name;
    EXPECT_LT(errors.loss, 1e-4) << network.name;
    EXPECT_LT(errors.gradient, 2e-3) << network.name;
    EXPECT_LT(errors.moments, 1e-4) << network.name;
  }
}

TEST_P(ExecutorSizes, InfersAsThePlainNetworkDoes) {
  for (const auto& network : {odd_network(GetParam()), xception_network(GetParam(), 3)}) {
    const auto errors = compare_executors(network, 3, Precision::kF32, Use::kInference);
    EXPECT_LT(errors.reconstruction, 1e-4) << network.name;
    EXPECT_LT(errors.latent, 1e-4) << network.name;
  }
}

TEST_P(ExecutorSizes, StaysCloseInBf16) {
  if (!has_fast_bf16()) GTEST_SKIP() << "this processor multiplies no BF16";
  for (const auto& network : {odd_network(GetParam()), xception_network(GetParam(), 3)}) {
    const auto errors = compare_executors(network, 2, Precision::kBf16, Use::kTraining);
    // With two pictures of one pixel each, a normalisation turns a small difference into +1 or -1.
    EXPECT_LT(errors.reconstruction, network.name == "odd" ? 0.1 : 0.25) << network.name;
    EXPECT_LT(errors.loss, 0.05) << network.name;
  }
}

TEST_P(ExecutorSizes, RunsThePartsAsThePlainNetworkDoes) {
  const Network network = parts_network(GetParam(), part_sizes(20));
  const auto training = compare_executors(network, 5, Precision::kF32, Use::kTraining);
  EXPECT_LT(training.reconstruction, 1e-4);
  EXPECT_LT(training.latent, 1e-4);
  EXPECT_LT(training.loss, 1e-4);
  EXPECT_LT(training.gradient, 2e-3);
  EXPECT_LT(training.moments, 1e-4);
  for (const Network& it : {network, mapped_network(GetParam(), trained_sizes(20), 20)}) {
    EXPECT_LT(compare_executors(it, 3, Precision::kF32, Use::kInference).latent, 1e-4);
    if (!has_fast_bf16()) continue;
    EXPECT_LT(compare_executors(it, 5, Precision::kBf16, Use::kInference).latent, 0.05);
  }
}

// What learns by contrast: the gradient begins at vectors of length 1.
TEST_P(ExecutorSizes, GoesBackFromVectorsAsThePlainNetworkDoes) {
  Network network = parts_network(GetParam(), part_sizes(20));
  network.latent = parts_layers(network).learned;
  network.layers.resize(network.latent + 1);
  constexpr std::size_t kBatch = 6;
  for (const auto precision : {Precision::kF32, Precision::kBf16}) {
    if (precision == Precision::kBf16 && !has_fast_bf16()) continue;
    Random random(3);
    PlainNetwork plain(network);
    plain.draw_parameters(random);
    Executor fast(network, kBatch, precision, Use::kTraining);
    fast.set_parameters(flat(plain.parameters()));
    Shape shape = network.input();
    shape.n = kBatch;
    const auto pictures = random_pictures(kBatch, network.input());
    plain.forward(to_plain(pictures, shape), PlainNetwork::Mode::kTraining);
    fast.forward(pictures);
    PlainTensor gradient(plain.output(network.latent).shape);
    for (auto& value : gradient.values) value = random.uniform(-1.0, 1.0);
    const auto expected = plain.backward(gradient);
    std::vector<float> own_gradients(fast.trained());
    fast.backward_from(std::vector<float>(gradient.values.begin(), gradient.values.end()),
                       own_gradients);
    const auto found = fast.described(own_gradients);
    double along = 0.0, expected_square = 0.0, found_square = 0.0;
    std::size_t i = 0;
    for (const auto& parameter : expected) {
      for (const double value : parameter) {
        along += value * static_cast<double>(found[i]);
        expected_square += value * value;
        found_square += static_cast<double>(found[i]) * static_cast<double>(found[i]);
        ++i;
      }
    }
    ASSERT_EQ(i, found.size());
    // The direction and the size: single weights before a normalisation may differ by rounding.
    EXPECT_GT(along / std::sqrt(expected_square * found_square),
              precision == Precision::kF32 ? 0.9999 : 0.97);
    EXPECT_NEAR(std::sqrt(found_square / expected_square), 1.0,
                precision == Precision::kF32 ? 1e-3 : 0.1);
  }
}

INSTANTIATE_TEST_SUITE_P(OddSizes, ExecutorSizes,
                         testing::Values(Shape{.c = 3, .h = 17, .w = 13},
                                         Shape{.c = 3, .h = 20, .w = 12},
                                         Shape{.c = 3, .h = 16, .w = 31}));

}  // namespace
}  // namespace likeness
