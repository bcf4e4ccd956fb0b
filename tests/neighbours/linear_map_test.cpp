#include "likeness/neighbours/linear_map.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "likeness/neighbours/pca.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

// The summed squares of what the rows are not told by what was made of them.
double error_of(const Rows& numbers, const Rows& rows, const WayBack& back) {
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    for (std::size_t d = 0; d < rows.dimensions(); ++d) {
      auto told = static_cast<double>(back.offset[d]);
      for (std::size_t k = 0; k < numbers.dimensions(); ++k) {
        told += static_cast<double>(numbers.row(i)[k]) *
                static_cast<double>(back.directions[k * rows.dimensions() + d]);
      }
      const double difference = told - static_cast<double>(rows.row(i)[d]);
      sum += difference * difference;
    }
  }
  return sum;
}

LinearMap components(const Rows& rows, std::size_t count) {
  const Pca pca = fit_pca(rows, count);
  return {.dimensions = pca.dimensions, .mean = pca.mean, .directions = pca.directions};
}

TEST(WayBack, LosesNothingWhereAllDirectionsAreKept) {
  const auto values = random_values(540, 3);
  const Rows rows(values, 6);
  LinearMap map = components(rows, 6);
  for (std::size_t i = 0; i < map.directions.size(); ++i)
    map.directions[i] *= 1.0F + 0.1F * static_cast<float>(i);
  for (float& number : map.mean) number += 2.0F;  // the numbers need not be about 0
  const auto numbers = map.project(rows);
  EXPECT_NEAR(error_of(Rows(numbers, 6), rows, fit_way_back(Rows(numbers, 6), rows)), 0.0, 1e-6);
}

TEST(WayBack, HasTheLeastSquares) {
  const auto values = random_values(630, 4);
  const Rows rows(values, 7);
  LinearMap map = components(rows, 3);
  for (std::size_t i = 0; i < map.directions.size(); ++i)
    map.directions[i] += 0.05F * static_cast<float>(i % 4);
  map.mean[2] += 1.0F;
  const auto projected = map.project(rows);
  const Rows numbers(projected, 3);
  WayBack back = fit_way_back(numbers, rows);
  const double least = error_of(numbers, rows, back);
  for (auto* const found : {&back.directions, &back.offset}) {
    for (float& number : *found) {
      for (const float step : {-0.01F, 0.02F}) {
        number += step;
        EXPECT_GT(error_of(numbers, rows, back), least);
      }
      number -= 0.01F;
    }
  }
}

TEST(WayBack, TakesNumbersThatTellNothing) {
  const auto values = random_values(200, 6);
  const Rows rows(values, 5);
  LinearMap map = components(rows, 5);
  std::fill(map.directions.begin() + 15, map.directions.end(), 0.0F);
  const auto numbers = map.project(rows);
  EXPECT_LT(error_of(Rows(numbers, 5), rows, fit_way_back(Rows(numbers, 5), rows)), 40.0 * 5.0);
}

}  // namespace
}  // namespace likeness
