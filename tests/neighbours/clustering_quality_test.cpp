#include "likeness/neighbours/clustering_quality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/labels.hpp"

namespace likeness {
namespace {

TEST(MeasureClustering, GivesWhatScikitLearnGives) {
  std::vector<std::uint32_t> clusters;
  std::vector<std::uint32_t> labels;
  for (std::uint32_t i = 0; i < 100; ++i) {
    clusters.push_back(i / 9 % 6);
    labels.push_back(i / 8 % 5);
  }
  const auto quality = measure_clustering(clusters, labels);
  EXPECT_NEAR(quality.nmi, 0.2628301857262166, 1e-9);
  EXPECT_NEAR(quality.ari, 0.10785816725186687, 1e-9);
  EXPECT_NEAR(quality.accuracy, 0.36, 1e-12);
  const auto small = measure_clustering(std::vector<std::uint32_t>{0, 0, 1, 1},
                                        std::vector<std::uint32_t>{0, 0, 1, 2});
  EXPECT_NEAR(small.nmi, 0.8, 1e-9);
  EXPECT_NEAR(small.ari, 4.0 / 7.0, 1e-9);
  EXPECT_EQ(small.accuracy, 0.75);
}

TEST(MeasureClustering, DoesNotCareForNamesNorForItemsWithoutLabel) {
  const std::vector<std::uint32_t> clusters{7, 7, 2, 2, 9, 9, 1};
  const std::vector<std::uint32_t> labels{0, 0, 5, 5, 1, 1, kNoLabel};
  const auto quality = measure_clustering(clusters, labels);
  EXPECT_EQ(quality.accuracy, 1.0);
  EXPECT_NEAR(quality.nmi, 1.0, 1e-12);
  EXPECT_NEAR(quality.ari, 1.0, 1e-12);
  EXPECT_EQ(quality.items, 6U);
}

TEST(MeasureClustering, IsNearZeroForChance) {
  Random random(1);
  std::vector<std::uint32_t> clusters(20000);
  std::vector<std::uint32_t> labels(20000);
  for (auto& cluster : clusters) cluster = static_cast<std::uint32_t>(random.below(10));
  for (auto& label : labels) label = static_cast<std::uint32_t>(random.below(10));
  const auto quality = measure_clustering(clusters, labels);
  EXPECT_NEAR(quality.ari, 0.0, 0.002);
  EXPECT_NEAR(quality.nmi, 0.0, 0.002);
  EXPECT_NEAR(quality.accuracy, 0.1, 0.02);
}

TEST(MeasureClustering, OfNothingAndOfOneGroup) {
  EXPECT_EQ(measure_clustering({}, {}).items, 0U);
  const std::vector<std::uint32_t> same(5, 3);
  const auto quality = measure_clustering(same, same);
  EXPECT_EQ(quality.accuracy, 1.0);
  EXPECT_EQ(quality.nmi, 1.0);
  EXPECT_EQ(quality.ari, 1.0);
}

TEST(BestAssignment, IsTheBestOfAllPermutations) {
  Random random(2);
  for (const std::size_t size : {1U, 2U, 3U, 5U, 7U}) {
    for (int repeat = 0; repeat < 20; ++repeat) {
      std::vector<std::vector<double>> gains(size, std::vector<double>(size));
      for (auto& row : gains) {
        for (auto& gain : row) gain = static_cast<double>(random.below(10)) - 3.0;
      }
      const auto total = [&](const std::vector<std::size_t>& columns) {
        double sum = 0.0;
        for (std::size_t row = 0; row < size; ++row) sum += gains[row][columns[row]];
        return sum;
      };
      std::vector<std::size_t> permutation(size);
      std::iota(permutation.begin(), permutation.end(), std::size_t{0});
      auto found = best_assignment(gains);
      const double sum = total(found);
      double best = -1e30;
      do {
        best = std::max(best, total(permutation));
      } while (std::ranges::next_permutation(permutation).found);
      EXPECT_EQ(sum, best);
      std::ranges::sort(found);
      EXPECT_EQ(found, permutation);  // each column once
    }
  }
}

}  // namespace
}  // namespace likeness
