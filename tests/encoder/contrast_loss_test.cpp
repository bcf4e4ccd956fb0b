// The contrast loss against plain loops in double, and its gradient against central differences.
#include "likeness/encoder/contrast_loss.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

constexpr double kTemperature = 0.25;

std::vector<double> unit_rows(std::size_t rows, std::size_t dimensions) {
  Random random(7);
  std::vector<double> z;
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<double> row(dimensions);
    double square = 0.0;
    for (double& value : row) {
      value = random.uniform(-1.0, 1.0);
      square += value * value;
    }
    for (const double value : row) z.push_back(value / std::sqrt(square));
  }
  return z;
}

double dot(const std::vector<double>& z, std::size_t dimensions, std::size_t i, std::size_t k) {
  double sum = 0.0;
  for (std::size_t d = 0; d < dimensions; ++d) sum += z[i * dimensions + d] * z[k * dimensions + d];
  return sum;
}

double plain_loss(const std::vector<double>& z, std::size_t dimensions) {
  const std::size_t rows = z.size() / dimensions;
  double loss = 0.0;
  for (std::size_t i = 0; i < rows; ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < rows; ++k) {
      if (k != i) sum += std::exp(dot(z, dimensions, i, k) / kTemperature);
    }
    const std::size_t partner = (i + rows / 2) % rows;
    loss += std::log(sum) - dot(z, dimensions, i, partner) / kTemperature;
  }
  return loss / static_cast<double>(rows);
}

TEST(ContrastLoss, IsThePlainOneWithItsGradientByCentralDifferences) {
  struct Case {
    std::size_t rows, dimensions, block;
  };
  for (const auto& [rows, dimensions, block] :
       {Case{.rows = 4, .dimensions = 2, .block = 4}, Case{.rows = 6, .dimensions = 5, .block = 1},
        Case{.rows = 34, .dimensions = 17, .block = 2}}) {
    const auto z = unit_rows(rows, dimensions);
    const std::vector<float> narrow(z.begin(), z.end());
    std::vector<float> gradient(z.size());
    ThreadPool pool(3);
    ContrastLoss loss({.rows = rows,
                       .dimensions = dimensions,
                       .temperature = static_cast<float>(kTemperature),
                       .block = block},
                      pool);
    EXPECT_NEAR(loss.run(narrow, gradient), plain_loss(z, dimensions), 1e-5) << rows;
    for (std::size_t i = 0; i < z.size(); ++i) {
      constexpr double kStep = 1e-5;
      auto above = z;
      auto below = z;
      above[i] += kStep;
      below[i] -= kStep;
      const double expected =
          (plain_loss(above, dimensions) - plain_loss(below, dimensions)) / (2.0 * kStep);
      ASSERT_NEAR(gradient[i], expected, 1e-5) << rows << " " << i;
    }
  }
}

TEST(ContrastLoss, GivesTheSameForTheSameAgain) {
  const auto z = unit_rows(8, 3);
  const std::vector<float> narrow(z.begin(), z.end());
  std::vector<float> first(z.size());
  std::vector<float> second(z.size());
  ThreadPool pool(2);
  ContrastLoss loss({.rows = 8, .dimensions = 3, .temperature = 0.1F, .block = 4}, pool);
  const double before = loss.run(narrow, first);
  EXPECT_EQ(loss.run(narrow, second), before);
  EXPECT_EQ(first, second);
}

TEST(ContrastLoss, IsSmallWherePairsAreTogetherAndApartFromAllOthers) {
  const std::vector<float> together{1, 0, -1, 0, 1, 0, -1, 0};
  const std::vector<float> apart{1, 0, -1, 0, -1, 0, 1, 0};
  std::vector<float> gradient(8);
  ThreadPool pool(1);
  ContrastLoss loss({.rows = 4, .dimensions = 2, .temperature = 0.1F, .block = 2}, pool);
  EXPECT_LT(loss.run(together, gradient), 1e-6);
  EXPECT_GT(loss.run(apart, gradient), 10.0);
}

}  // namespace
}  // namespace likeness
