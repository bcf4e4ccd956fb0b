#include "likeness/neighbours/kmeans.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>
#include <span>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/seeding.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

std::size_t plain_nearest_centroid(const Rows& centroids, std::span<const float> row) {
  std::size_t nearest = 0;
  for (std::size_t k = 1; k < centroids.count(); ++k) {
    if (plain_distance(Metric::kEuclidean, centroids.row(k), row) <
        plain_distance(Metric::kEuclidean, centroids.row(nearest), row)) {
      nearest = k;
    }
  }
  return nearest;
}

// What must hold of any clustering, by plain loops.
void expect_consistent(const Rows& rows, const Clustering& found) {
  std::vector<std::size_t> sizes(found.sizes.size());
  double inertia = 0.0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto own = found.centroid_rows().row(found.clusters[i]);
    const double distance = plain_distance(Metric::kEuclidean, own, rows.row(i));
    const auto nearest = plain_nearest_centroid(found.centroid_rows(), rows.row(i));
    const double least =
        plain_distance(Metric::kEuclidean, found.centroid_rows().row(nearest), rows.row(i));
    EXPECT_LE(distance, least * (1.0 + 1e-5) + 1e-5) << "item " << i << " is in the wrong cluster";
    inertia += distance * distance;
    ++sizes[found.clusters[i]];
  }
  EXPECT_EQ(found.sizes, sizes);
  EXPECT_TRUE(std::ranges::is_sorted(sizes, std::greater()));
  EXPECT_NEAR(found.inertia, inertia, 1e-5 * inertia + 1e-6);
}

TEST(KMeans, PutsEveryItemIntoItsNearestClusterOnOddSizes) {
  for (const std::size_t count : {1U, 3U, 17U, 211U, 2003U}) {
    for (const std::size_t dimensions : {1U, 3U, 17U, 40U}) {
      const auto values = random_mixture(count, dimensions, 5, count);
      for (const std::size_t clusters : {1U, 2U, 7U, 19U}) {
        if (clusters > count) continue;
        const auto found =
            k_means(Rows(values, dimensions), {.clusters = clusters, .starts = 2, .threads = 2});
        expect_consistent(Rows(values, dimensions), found);
      }
    }
  }
}

TEST(KMeans, InertiaNeverRisesAndEndsAtTheReportedOne) {
  const auto values = random_mixture(3001, 23, 40, 1);
  const auto found = k_means(Rows(values, 23), {.clusters = 30, .starts = 3, .tolerance = 0.0});
  const auto& inertia = found.report.inertia;
  for (std::size_t i = 1; i < inertia.size(); ++i) {
    EXPECT_LE(inertia[i], inertia[i - 1] * (1.0 + 1e-6));
  }
  EXPECT_TRUE(found.report.converged);
  EXPECT_NEAR(found.inertia, inertia.back(), 1e-5 * found.inertia);
}

std::vector<float> squares_of(const Rows& rows) {
  std::vector<float> squares;
  squares.reserve(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    float square = 0.0F;
    for (const float value : rows.row(i)) square += value * value;
    squares.push_back(square);
  }
  return squares;
}

// Lloyd's algorithm by plain loops in double, from the same first centroids.
double plain_lloyd(const Rows& rows, std::vector<float> centroids) {
  const std::size_t dimensions = rows.dimensions();
  const std::size_t clusters = centroids.size() / dimensions;
  double before = std::numeric_limits<double>::infinity();
  for (;;) {
    std::vector<double> sums(centroids.size());
    std::vector<double> sizes(clusters);
    double inertia = 0.0;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      const auto k = plain_nearest_centroid(Rows(centroids, dimensions), rows.row(i));
      const double distance =
          plain_distance(Metric::kEuclidean, Rows(centroids, dimensions).row(k), rows.row(i));
      inertia += distance * distance;
      ++sizes[k];
      for (std::size_t d = 0; d < dimensions; ++d) sums[k * dimensions + d] += rows.row(i)[d];
    }
    if (inertia >= before * (1.0 - 1e-12)) return inertia;
    before = inertia;
    for (std::size_t i = 0; i < centroids.size(); ++i) {
      centroids[i] = static_cast<float>(sums[i] / sizes[i / dimensions]);
    }
  }
}

TEST(KMeans, BoundsLeadWhereThePlainLoopsLead) {
  const auto values = random_values(std::size_t{1009} * 11, 5);  // no structure: many iterations
  const Rows rows(values, 11);
  const auto squares = squares_of(rows);
  // k_means centres the rows first, which changes distances only by rounding.
  Random random(9);
  const auto first = rows_of(rows, seed_centroids(rows, squares, 13, random, 1));
  const auto found =
      k_means(rows, {.clusters = 13, .starts = 1, .iterations = 1000, .tolerance = 0.0, .seed = 9});
  EXPECT_NEAR(found.inertia, plain_lloyd(rows, first), 1e-4 * found.inertia);
  EXPECT_LT(found.report.compared, 0.9);
}

// In many more dimensions than there are heaps one start that begins with drawn items often ends
// where two centroids share a heap. What that costs is what is beyond the heaps themselves.
TEST(KMeans, OneStartBeginsBetterThanWithDrawnItems) {
  constexpr std::size_t kHeaps = 12;
  constexpr std::size_t kDimensions = 96;
  const auto values = random_mixture(1200, kDimensions, kHeaps, 2, 1.0F);
  const Rows rows(values, kDimensions);
  const auto squares = squares_of(rows);
  const auto plain_inertia = [&rows](std::span<const std::size_t> items) {
    return plain_lloyd(rows, rows_of(rows, items));
  };
  std::vector<std::size_t> one_of_each(kHeaps);
  std::iota(one_of_each.begin(), one_of_each.end(), std::size_t{0});
  const double least = plain_inertia(one_of_each);
  double drawn = 0.0;
  double ours = 0.0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Random random(seed);
    drawn += plain_inertia(seed_centroids(rows, squares, kHeaps, random, 1)) - least;
    ours += k_means(rows, {.clusters = kHeaps, .starts = 1, .seed = seed}).inertia - least;
  }
  EXPECT_LT(ours, 0.5 * drawn);
}

TEST(KMeans, IsTheSameForAnyNumberOfThreads) {
  const auto values = random_mixture(5003, 35, 20, 2);
  const auto one = k_means(Rows(values, 35), {.clusters = 17, .starts = 2, .threads = 1});
  for (const std::size_t threads : {2U, 5U}) {
    const auto found = k_means(Rows(values, 35), {.clusters = 17, .starts = 2, .threads = threads});
    EXPECT_EQ(found.clusters, one.clusters);
    EXPECT_EQ(found.centroids, one.centroids);
    EXPECT_EQ(found.report.inertia, one.report.inertia);
  }
  const auto other = k_means(Rows(values, 35), {.clusters = 17, .starts = 1, .seed = 2});
  EXPECT_NE(other.centroids, one.centroids);
}

// The least inertia of KMeans(K, n_init=10).fit(rows) of scikit-learn with random_state 0 to 4.
TEST(KMeans, EndsWithinHalfAPercentOfScikitLearn) {
  std::vector<float> values;
  for (int i = 0; i < 1500; ++i) {
    for (int d = 0; d < 6; ++d) {
      const int group = i % 9 * (d + 3) * 7 % 11;
      values.push_back(static_cast<float>(group) +
                       static_cast<float>((i * i * 31 + d * 17 + i * d) % 97) / 16.0F);
    }
  }
  const Rows rows(values, 6);
  EXPECT_LE(k_means(rows, {.clusters = 6}).inertia, 1.005 * 37257.84);
  EXPECT_LE(k_means(rows, {.clusters = 9}).inertia, 1.005 * 28014.31);
  EXPECT_LE(k_means(rows, {.clusters = 12}).inertia, 1.005 * 26250.40);
}

TEST(KMeans, TellsOfEveryStartAndKeepsTheBest) {
  const auto values = random_mixture(900, 5, 30, 4);
  const Rows rows(values, 5);
  std::size_t told = 0;
  const KMeansOptions options{
      .clusters = 30, .starts = 5, .threads = 3, .on_progress = [&](std::size_t n) { told += n; }};
  const auto best = k_means(rows, options);
  EXPECT_EQ(told, 5U);
  auto fewer = options;
  fewer.starts = best.report.start + 1;  // the same seeds, up to the one that was kept
  EXPECT_EQ(k_means(rows, fewer).centroids, best.centroids);
  fewer.starts = 1;
  EXPECT_GE(k_means(rows, fewer).inertia, best.inertia);
}

// Of many items the starts see a sample; then the bounds and the sums are those of all.
TEST(KMeans, GoesOnWithAllItemsFromTheBestStartOfASample) {
  const auto values = random_mixture(20'000, 17, 300, 4);
  const Rows rows(values, 17);
  KMeansOptions options{.clusters = 40, .starts = 4, .sample = 100, .threads = 1};
  std::size_t runs = 0;
  options.on_progress = [&](std::size_t done) { runs += done; };
  const auto found = k_means(rows, options);
  EXPECT_EQ(runs, 5U);
  EXPECT_EQ(runs_of(options, rows.count()), 5U);
  EXPECT_EQ(runs_of(options, 2000), 4U);  // 50 a cluster
  expect_consistent(rows, found);
  EXPECT_TRUE(found.report.converged);
  options.threads = 3;
  options.on_progress = nullptr;
  const auto by_three = k_means(rows, options);
  EXPECT_EQ(found.clusters, by_three.clusters);
  EXPECT_EQ(found.centroids, by_three.centroids);
  options.sample = rows.count();
  EXPECT_LT(found.inertia, 1.05 * k_means(rows, options).inertia);
}

TEST(KMeans, FindsTheGroupsThatAreThere) {
  const auto values = random_mixture(700, 20, 7, 3);
  const auto found = k_means(Rows(values, 20), {.clusters = 7});
  for (std::size_t i = 0; i < 700; ++i) EXPECT_EQ(found.clusters[i], found.clusters[i % 7]);
  EXPECT_EQ(std::set<std::uint32_t>(found.clusters.begin(), found.clusters.begin() + 7).size(), 7U);
}

TEST(KMeans, MakesAsManyClustersAsThereAreDifferentItems) {
  std::vector<float> values;
  values.reserve(120);
  for (std::size_t i = 0; i < 120; ++i) values.push_back(static_cast<float>(i % 4));
  const auto found = k_means(Rows(values, 2), {.clusters = 5});
  EXPECT_EQ(found.sizes, (std::vector<std::size_t>{30, 30}));
  EXPECT_EQ(found.centroids.size(), 4U);
  EXPECT_EQ(found.inertia, 0.0);
  const std::vector<float> same(60, 3.5F);
  EXPECT_EQ(k_means(Rows(same, 2), {.clusters = 5}).sizes, std::vector<std::size_t>{30});
}

TEST(KMeans, RefusesWhatCannotBeClustered) {
  auto values = random_values(30, 1);
  EXPECT_THROW((void)k_means(Rows(values, 3), {.clusters = 11}), Error);
  EXPECT_THROW((void)k_means(Rows(values, 3), {.clusters = 0}), Error);
  EXPECT_EQ(k_means(Rows(values, 3), {.clusters = 10}).sizes, std::vector<std::size_t>(10, 1));
  values[4] = std::numeric_limits<float>::infinity();
  EXPECT_THROW((void)k_means(Rows(values, 3), {.clusters = 2}), Error);
}

TEST(SeedCentroids, AreDifferentItemsWhileThereAreAny) {
  const auto values = random_values(50, 1);
  std::vector<float> squares;
  squares.reserve(values.size());
  for (const float value : values) squares.push_back(value * value);
  Random random(1);
  const auto taken = seed_centroids(Rows(values, 1), squares, 50, random, 2);
  EXPECT_EQ(std::set<std::size_t>(taken.begin(), taken.end()).size(), 50U);
}

}  // namespace
}  // namespace likeness
