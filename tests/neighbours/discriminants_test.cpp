#include "likeness/neighbours/discriminants.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/pca.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

// Rows that vary by different amounts along different numbers, each the less the later.
std::vector<float> spread_values(std::size_t count, std::size_t dimensions, std::uint64_t seed) {
  auto values = random_values(count * dimensions, seed);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t d = i % dimensions;
    values[i] *= static_cast<float>(std::pow(0.8, static_cast<double>(d)));
    if (d > 0) values[i] += 0.3F * values[i - 1];
  }
  return values;
}

using Matrix = std::vector<std::vector<double>>;

Matrix mean_products(const Rows& rows, const std::vector<double>& middle, double divisor) {
  const std::size_t size = rows.dimensions();
  Matrix matrix(size, std::vector<double>(size));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    for (std::size_t a = 0; a < size; ++a) {
      for (std::size_t b = 0; b < size; ++b) {
        matrix[a][b] += (rows.row(i)[a] - middle[a]) * (rows.row(i)[b] - middle[b]) / divisor;
      }
    }
  }
  return matrix;
}

// The covariance of items and, with the ridge, of what two views differ by.
struct PlainScatter {
  Matrix items;
  Matrix views;

  PlainScatter(const Rows& of_items, const Rows& differences) {
    const std::size_t size = of_items.dimensions();
    std::vector<double> mean(size);
    for (std::size_t i = 0; i < of_items.values().size(); ++i) {
      mean[i % size] += of_items.values()[i] / static_cast<double>(of_items.count());
    }
    items = mean_products(of_items, mean, static_cast<double>(of_items.count()));
    views = mean_products(differences, std::vector<double>(size),
                          2.0 * static_cast<double>(differences.count()));
    double variance = 0.0;
    for (std::size_t d = 0; d < size; ++d) variance += items[d][d] / static_cast<double>(size);
    for (std::size_t d = 0; d < size; ++d) views[d][d] += 0.4 * variance;
  }
};

std::vector<double> times(const Matrix& matrix, std::span<const float> vector) {
  std::vector<double> product;
  for (const auto& row : matrix) {
    product.push_back(std::inner_product(row.begin(), row.end(), vector.begin(), 0.0));
  }
  return product;
}

double between(std::span<const float> left, const Matrix& matrix, std::span<const float> right) {
  const auto product = times(matrix, right);
  return std::inner_product(left.begin(), left.end(), product.begin(), 0.0);
}

void expect_solution(const Rows& items, const Rows& differences, std::size_t count) {
  const LinearMap map = fit_discriminants(items, differences, count, 2);
  ASSERT_EQ(map.count(), count);
  const PlainScatter plain(items, differences);
  const Rows directions(map.directions, map.dimensions);
  std::vector<double> telling;
  for (std::size_t k = 0; k < count; ++k) {
    const auto direction = directions.row(k);
    telling.push_back(between(direction, plain.items, direction));
    // Cv = lambda Rv, where v'Rv = 1, so that lambda = v'Cv.
    const auto of_items = times(plain.items, direction);
    const auto of_views = times(plain.views, direction);
    for (std::size_t d = 0; d < map.dimensions; ++d) {
      EXPECT_NEAR(of_items[d], telling[k] * of_views[d], 1e-3 * telling[0]) << k << ", " << d;
    }
    for (std::size_t other = 0; other <= k; ++other) {
      EXPECT_NEAR(between(directions.row(other), plain.views, direction), k == other ? 1.0 : 0.0,
                  1e-3);
    }
  }
  EXPECT_TRUE(std::ranges::is_sorted(telling, std::greater()));
  // Nothing tells more than the first.
  const auto others = random_values(50 * map.dimensions, 9);
  for (std::size_t i = 0; i < 50; ++i) {
    const auto other = Rows(others, map.dimensions).row(i);
    EXPECT_LE(between(other, plain.items, other),
              telling[0] * between(other, plain.views, other) * (1.0 + 1e-3));
  }
}

TEST(Discriminants, SolveThePlainProblem) {
  for (const std::size_t dimensions : {1U, 3U, 17U, 40U}) {
    const auto items = spread_values(503, dimensions, 5);
    const auto differences = spread_values(301, dimensions, 6);
    expect_solution(Rows(items, dimensions), Rows(differences, dimensions),
                    std::min<std::size_t>(4, dimensions));
  }
}

TEST(Discriminants, SolveItWithFewerVectorsThanNumbers) {
  const auto items = spread_values(20, 120, 7);
  const auto differences = spread_values(12, 120, 8);
  expect_solution(Rows(items, 120), Rows(differences, 120), 4);
}

TEST(Discriminants, LeaveOutWhatDiffersBetweenViews) {
  constexpr std::size_t kCount = 400;
  auto items = random_values(kCount * 10, 3);
  auto differences = random_values(kCount * 10, 4);
  for (std::size_t i = 0; i < kCount; ++i) {
    items[i * 10 + 2] *= 9.0F;  // differs most, but so it does between views
    differences[i * 10 + 2] *= 9.0F;
    items[i * 10 + 7] *= 3.0F;
    differences[i * 10 + 7] *= 0.1F;
  }
  const auto largest = [](const LinearMap& map) {
    const auto first = std::span(map.directions).first(10);
    return std::ranges::max_element(first, {}, [](float x) { return std::abs(x); }) - first.begin();
  };
  EXPECT_EQ(largest(fit_pca(Rows(items, 10), 2)), 2);
  EXPECT_EQ(largest(fit_discriminants(Rows(items, 10), Rows(differences, 10), 2, 1)), 7);
}

TEST(Discriminants, AreTheSameForAnyNumberOfThreads) {
  const auto items = spread_values(2500, 150, 5);
  const auto differences = spread_values(1100, 150, 6);
  const auto one = fit_discriminants(Rows(items, 150), Rows(differences, 150), 20, 1);
  const auto three = fit_discriminants(Rows(items, 150), Rows(differences, 150), 20, 3);
  EXPECT_EQ(one.directions, three.directions);
  EXPECT_EQ(one.mean, three.mean);
}

TEST(Discriminants, AreZeroBeyondWhatItemsVaryIn) {
  const auto items = spread_values(3, 30, 5);  // three items vary in two directions
  const std::vector<float> alike(150, 0.25F);
  const LinearMap map = fit_discriminants(Rows(items, 30), Rows(items, 30), 6, 1);
  const auto length_of = [&](std::size_t k) {
    const auto row = Rows(map.directions, 30).row(k);
    return std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
  };
  EXPECT_GT(length_of(1), 0.0);
  EXPECT_EQ(length_of(2), 0.0);
  const LinearMap nothing = fit_discriminants(Rows(alike, 30), Rows(alike, 30), 4, 1);
  EXPECT_EQ(nothing.directions, std::vector<float>(120));
}

TEST(Discriminants, RefuseWhatIsNoNumber) {
  std::vector<float> items(30, 1.0F);
  const std::vector<float> differences(30, 0.0F);
  items[7] = NAN;
  EXPECT_THROW((void)fit_discriminants(Rows(items, 3), Rows(differences, 3), 2, 1), Error);
}

}  // namespace
}  // namespace likeness
