// The plain network against PyTorch.
#include "tests/encoder/golden.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace likeness {
namespace {

constexpr double kRounding = 1e-11;

// The parameters that training moves without a gradient.
std::vector<std::vector<double>> statistics_of(PlainNetwork& plain) {
  std::vector<std::vector<double>> statistics;
  const auto described = parameters_of(plain.network());
  for (std::size_t i = 0; i < described.size(); ++i) {
    if (!described[i].trained()) statistics.push_back(plain.parameters()[i]);
  }
  return statistics;
}

void expect_same(const std::vector<std::vector<double>>& actual,
                 const std::vector<std::vector<double>>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    EXPECT_LT(relative_difference(actual[i], expected[i]), kRounding) << "tensor " << i;
}

void expect_same(const std::vector<double>& actual, const GoldenSummary& expected) {
  ASSERT_EQ(actual.size(), expected.size);
  const double norm =
      std::sqrt(std::inner_product(actual.begin(), actual.end(), actual.begin(), 0.0));
  const double tolerance = 1e-9 * (expected.norm + 1e-3);
  EXPECT_NEAR(norm, expected.norm, tolerance);
  for (std::size_t i = 0; i < expected.values.size(); ++i)
    EXPECT_NEAR(actual[i * expected.step], expected.values[i], tolerance);
}

TEST(Golden, LayersAndSmallNetworksAgreeWithPyTorch) {
  const auto names = golden_names();
  EXPECT_GE(names.size(), 27U);
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    const Golden golden = read_golden(name);
    PlainNetwork plain(golden.network);
    plain.parameters() = golden.parameters;
    const PlainTensor output = plain.forward(golden.pictures, golden.mode);
    EXPECT_LT(relative_difference(output.values, golden.output.values), kRounding);
    expect_same(plain.backward(golden.direction), golden.gradients);
    EXPECT_LT(relative_difference(plain.gradient(0).values, golden.input_gradient), kRounding);
    expect_same(statistics_of(plain), golden.moved);
  }
}

TEST(Golden, XceptionAgreesWithPyTorch) {
  const GoldenXception golden = read_golden_xception();
  PlainNetwork plain(golden.network);
  plain.parameters() = golden.parameters;
  const PlainTensor reconstruction = plain.forward(golden.pictures, PlainNetwork::Mode::kTraining);
  const PlainLoss loss = mean_squared_error(reconstruction, golden.pictures);
  EXPECT_NEAR(loss.value, golden.loss, 1e-12);
  EXPECT_LT(relative_difference(plain.output(golden.network.latent).values, golden.latents), 1e-9);
  expect_same(reconstruction.values, golden.reconstruction);

  const auto gradients = plain.backward(loss.gradient);
  expect_same(plain.gradient(0).values, golden.input_gradient);
  ASSERT_EQ(gradients.size(), golden.gradients.size());
  const auto described = parameters_of(golden.network);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    SCOPED_TRACE(described[i].name);
    ASSERT_EQ(described[i].trained(), golden.gradients[i].has_value());
    if (golden.gradients[i]) expect_same(gradients[i], *golden.gradients[i]);
  }
  const auto moved = statistics_of(plain);
  ASSERT_EQ(moved.size(), golden.moved.size());
  for (std::size_t i = 0; i < moved.size(); ++i) expect_same(moved[i], golden.moved[i]);
}

}  // namespace
}  // namespace likeness
