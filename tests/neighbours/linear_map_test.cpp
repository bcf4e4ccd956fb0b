#include "likeness/neighbours/linear_map.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "likeness/neighbours/pca.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

// Row i, as its projection tells it.
std::vector<double> told(const LinearMap& map, const std::vector<float>& projected,
                         const std::vector<float>& back, std::size_t i) {
  std::vector<double> row(map.mean.begin(), map.mean.end());
  for (std::size_t k = 0; k < map.count(); ++k) {
    for (std::size_t d = 0; d < map.dimensions; ++d) {
      row[d] += static_cast<double>(projected[i * map.count() + k]) *
                static_cast<double>(back[k * map.dimensions + d]);
    }
  }
  return row;
}

double error_of(const LinearMap& map, const Rows& rows, const std::vector<float>& back) {
  const auto projected = map.project(rows);
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto row = told(map, projected, back, i);
    for (std::size_t d = 0; d < map.dimensions; ++d) {
      const double difference = row[d] - static_cast<double>(rows.row(i)[d]);
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
  LinearMap map = components(Rows(values, 6), 6);
  for (std::size_t i = 0; i < map.directions.size(); ++i)
    map.directions[i] *= 1.0F + 0.1F * static_cast<float>(i);
  EXPECT_NEAR(error_of(map, Rows(values, 6), fit_way_back(map, Rows(values, 6))), 0.0, 1e-6);
}

TEST(WayBack, HasTheLeastSquares) {
  const auto values = random_values(630, 4);
  const Rows rows(values, 7);
  LinearMap map = components(rows, 3);
  for (std::size_t i = 0; i < map.directions.size(); ++i)
    map.directions[i] += 0.05F * static_cast<float>(i % 4);
  auto back = fit_way_back(map, rows, 3);
  const double least = error_of(map, rows, back);
  for (std::size_t i = 0; i < back.size(); ++i) {
    for (const float step : {-0.01F, 0.01F}) {
      back[i] += step;
      EXPECT_GT(error_of(map, rows, back), least) << i;
      back[i] -= step;
    }
  }
}

TEST(WayBack, TakesDirectionsThatTellNothing) {
  const auto values = random_values(200, 6);
  LinearMap map = components(Rows(values, 5), 5);
  std::fill(map.directions.begin() + 15, map.directions.end(), 0.0F);
  const auto back = fit_way_back(map, Rows(values, 5));
  EXPECT_LT(error_of(map, Rows(values, 5), back), 40.0 * 5.0);
}

}  // namespace
}  // namespace likeness
