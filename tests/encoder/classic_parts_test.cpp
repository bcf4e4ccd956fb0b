#include "likeness/encoder/classic_parts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

constexpr std::size_t kRows = 500;
constexpr std::size_t kDimensions = 4;

// Numbers of very different spreads, the last of none.
std::vector<float> rows_of_spreads() {
  constexpr std::array<float, kDimensions> kSpreads{30.0F, 1.0F, 0.1F, 0.0F};
  Random random(5);
  std::vector<float> rows;
  rows.reserve(kRows * kDimensions);
  for (std::size_t row = 0; row < kRows; ++row) {
    for (const float spread : kSpreads) {
      rows.push_back(7.0F + spread * static_cast<float>(random.uniform(-1.0, 1.0)));
    }
  }
  return rows;
}

// That takes each number as it is, less the mean.
LinearMap plain_map(const std::vector<float>& rows) {
  LinearMap map{.dimensions = kDimensions,
                .mean = std::vector<float>(kDimensions),
                .directions = std::vector<float>(kDimensions * kDimensions)};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    map.mean[i % kDimensions] += rows[i] / static_cast<float>(kRows);
  }
  for (std::size_t i = 0; i < kDimensions; ++i) map.directions[i * kDimensions + i] = 1.0F;
  return map;
}

double spread_along(const LinearMap& map, const std::vector<float>& rows, std::size_t direction) {
  const auto projected = map.project(Rows(rows, kDimensions), 1);
  double sum = 0.0;
  for (std::size_t row = 0; row < kRows; ++row) {
    sum += std::pow(static_cast<double>(projected[row * map.count() + direction]), 2.0);
  }
  return std::sqrt(sum / static_cast<double>(kRows));
}

TEST(HalfWhitened, LetsRowsDifferByTheRootOfWhatTheyDid) {
  const auto rows = rows_of_spreads();
  const LinearMap plain = plain_map(rows);
  const LinearMap half = half_whitened(plain, Rows(rows, kDimensions), 2);
  EXPECT_EQ(half.mean, plain.mean);
  for (const std::size_t direction : {0U, 1U, 2U}) {
    EXPECT_NEAR(spread_along(half, rows, direction),
                std::sqrt(spread_along(plain, rows, direction)), 1e-4)
        << direction;
  }
}

TEST(HalfWhitened, LeavesOutNothingAndAddsNoNoiseWhereRowsDoNotDiffer) {
  const auto rows = rows_of_spreads();
  const LinearMap half = half_whitened(plain_map(rows), Rows(rows, kDimensions), 1);
  EXPECT_LT(spread_along(half, rows, 3), 1e-3);
  const std::vector<float> same(kRows * kDimensions, 7.0F);
  for (const float number : half_whitened(plain_map(same), Rows(same, kDimensions), 1).directions) {
    EXPECT_TRUE(std::isfinite(number));
  }
}

}  // namespace
}  // namespace likeness
