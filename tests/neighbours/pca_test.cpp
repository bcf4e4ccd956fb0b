#include "likeness/neighbours/pca.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <vector>

#include "likeness/base/error.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

// Rows whose dimensions depend on each other and vary by different amounts.
std::vector<float> correlated(std::size_t count, std::size_t dimensions) {
  auto values = random_values(count * dimensions, 5);
  for (std::size_t i = 0; i < count; ++i) {
    float* row = &values[i * dimensions];
    for (std::size_t d = 1; d < dimensions; ++d) row[d] += 0.7F * row[d - 1];
    for (std::size_t d = 0; d < dimensions; ++d) row[d] += 100.0F;
  }
  return values;
}

double covariance(const Rows& rows, std::size_t a, std::size_t b) {
  double mean_a = 0.0;
  double mean_b = 0.0;
  const auto count = static_cast<double>(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    mean_a += rows.row(i)[a] / count;
    mean_b += rows.row(i)[b] / count;
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    sum += (rows.row(i)[a] - mean_a) * (rows.row(i)[b] - mean_b);
  }
  return sum / (count - 1.0);
}

void expect_orthonormal_eigenvectors(const Pca& pca, const Rows& rows) {
  const Rows components(pca.directions, rows.dimensions());
  for (std::size_t k = 0; k < components.count(); ++k) {
    const auto direction = components.row(k);
    for (std::size_t a = 0; a < rows.dimensions(); ++a) {
      double image = 0.0;
      for (std::size_t b = 0; b < rows.dimensions(); ++b) {
        image += covariance(rows, a, b) * direction[b];
      }
      EXPECT_NEAR(image, double{pca.variances[k]} * direction[a], 2e-3);
    }
    for (std::size_t other = 0; other <= k; ++other) {
      const auto second = components.row(other);
      const double dot =
          std::inner_product(direction.begin(), direction.end(), second.begin(), 0.0);
      EXPECT_NEAR(dot, k == other ? 1.0 : 0.0, 1e-5);
    }
  }
  EXPECT_TRUE(std::ranges::is_sorted(pca.variances, std::greater()));
}

TEST(Pca, FindsEigenvectorsOfThePlainCovariance) {
  for (const std::size_t dimensions : {1U, 3U, 17U, 70U}) {
    const auto values = correlated(2003, dimensions);
    const Rows rows(values, dimensions);
    expect_orthonormal_eigenvectors(fit_pca(rows, std::min<std::size_t>(5, dimensions), 2), rows);
  }
}

TEST(Pca, FindsThemOfFewerRowsThanNumbersToo) {
  constexpr std::size_t kDimensions = 33;
  for (const std::size_t count : {2U, 7U, 32U, 33U}) {
    for (const std::size_t components : {1U, 5U, 32U, 33U}) {
      const auto values = correlated(count, kDimensions);
      const Rows rows(values, kDimensions);
      const Pca pca = fit_pca(rows, components, 2);
      ASSERT_EQ(pca.variances.size(), components);
      expect_orthonormal_eigenvectors(pca, rows);
      double variance = 0.0;
      for (std::size_t i = 0; i < kDimensions; ++i) variance += covariance(rows, i, i);
      EXPECT_NEAR(pca.variance, variance, 1e-3) << count << " rows, " << components;
    }
  }
}

TEST(Pca, OfRowsThatAreAllTheSameHasDirectionsOfLengthOne) {
  const std::vector<float> values(3 * std::size_t{9}, 5.0F);
  for (const std::size_t count : {1U, 3U}) {
    const Rows rows({values.data(), count * 9}, 9);
    const Pca pca = fit_pca(rows, 4);
    EXPECT_EQ(pca.variance, 0.0);
    const Rows components(pca.directions, 9);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(plain_distance(Metric::kEuclidean, components.row(k), std::vector<float>(9)), 1.0F);
    }
  }
}

TEST(Pca, AllComponentsTogetherKeepDistances) {
  const auto values = correlated(203, 9);
  const Rows rows(values, 9);
  const auto projected = fit_pca(rows, 9).project(rows);
  const Rows turned(projected, 9);
  for (std::size_t i = 1; i < 203; ++i) {
    EXPECT_NEAR(plain_distance(Metric::kEuclidean, turned.row(i), turned.row(i - 1)),
                plain_distance(Metric::kEuclidean, rows.row(i), rows.row(i - 1)), 1e-4);
  }
}

TEST(Pca, IsTheSameForAnyNumberOfThreads) {
  for (const std::size_t count : {1500U, 149U}) {  // and of fewer rows than numbers
    const auto values = correlated(count, 150);
    const Rows rows(values, 150);
    const Pca one = fit_pca(rows, 20, 1);
    const Pca three = fit_pca(rows, 20, 3);
    EXPECT_EQ(one.directions, three.directions);
    EXPECT_EQ(one.project(rows, 1), three.project(rows, 4));
  }
}

TEST(Pca, RefusesWhatItCannotFit) {
  auto values = random_values(30, 1);
  EXPECT_THROW((void)fit_pca(Rows(values, 3), 4), Error);
  EXPECT_THROW((void)fit_pca(Rows(values, 3), 0), Error);
  EXPECT_THROW((void)fit_pca(Rows({}, 3), 1), Error);
  values[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW((void)fit_pca(Rows(values, 3), 2), Error);
  const std::vector<float> wide(2 * (kMostPcaDimensions + 1));
  EXPECT_THROW((void)fit_pca(Rows(wide, kMostPcaDimensions + 1), 2), Error);
}

}  // namespace
}  // namespace likeness
