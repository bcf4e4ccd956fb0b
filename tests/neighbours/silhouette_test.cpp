#include "likeness/neighbours/silhouette.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/cluster_count.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

std::vector<std::uint32_t> every(std::size_t count, std::uint32_t groups) {
  std::vector<std::uint32_t> clusters;
  clusters.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    clusters.push_back(static_cast<std::uint32_t>(i) % groups);
  return clusters;
}

TEST(Silhouette, IsWhatScikitLearnMeasures) {
  std::vector<float> values;
  for (int i = 0; i < 41; ++i) {
    values.push_back(static_cast<float>(i % 4 * 10 + i * i % 7));
    values.push_back(static_cast<float>(i % 4 * 3 - i * 3 % 5));
  }
  const Silhouette silhouette(Rows(values, 2), {});
  EXPECT_NEAR(silhouette.of(every(41, 4)), 0.7196263279257864, 1e-6);
  EXPECT_NEAR(silhouette.of(every(41, 3)), -0.08940476337208936, 1e-6);
}

TEST(Silhouette, OfASampleIsNearThatOfAll) {
  const auto values = random_mixture(3000, 8, 6, 1);
  const auto clusters = every(3000, 6);
  const Rows rows(values, 8);
  const double all = Silhouette(rows, {.sample = 3000}).of(clusters);
  const double sampled = Silhouette(rows, {.sample = 500, .seed = 3}).of(clusters);
  EXPECT_NEAR(sampled, all, 0.03);
  EXPECT_EQ(sampled, Silhouette(rows, {.sample = 500, .seed = 3, .threads = 5}).of(clusters));
}

TEST(Silhouette, CountsSingleItemsAndSingleClustersAsZero) {
  const std::vector<float> values{0.0F, 1.0F, 5.0F};
  const Silhouette silhouette(Rows(values, 1), {});
  EXPECT_EQ(silhouette.of(every(3, 1)), 0.0);
  EXPECT_EQ(silhouette.of(every(3, 3)), 0.0);
}

TEST(ChooseClusterCount, FindsTheNumberOfGroupsThatAreThere) {
  const auto values = random_mixture(900, 12, 7, 2);
  const auto found = choose_cluster_count(
      Rows(values, 12), {.k_means = {.starts = 3}, .silhouette = {.sample = 400}});
  EXPECT_EQ(found.best.sizes.size(), 7U);
  ASSERT_EQ(found.silhouettes.size(), 29U);
  EXPECT_EQ(std::ranges::max_element(found.silhouettes) - found.silhouettes.begin(), 5);
}

TEST(ChooseClusterCount, OfManyItemsIsFoundOnASampleAndAllAreClustered) {
  const auto values = random_mixture(3000, 12, 7, 3);
  const auto found = choose_cluster_count(
      Rows(values, 12), {.sample = 500, .k_means = {.starts = 3}, .silhouette = {.sample = 400}});
  EXPECT_EQ(found.best.sizes.size(), 7U);
  EXPECT_EQ(found.best.clusters.size(), 3000U);
  EXPECT_EQ(found.silhouettes.size(), 29U);
}

TEST(ChooseClusterCount, StaysBelowTheNumberOfItemsAndRefusesTooFew) {
  const auto values = random_values(10, 1);
  EXPECT_EQ(choose_cluster_count(Rows(values, 2), {}).silhouettes.size(), 3U);  // 2, 3 and 4
  EXPECT_THROW((void)choose_cluster_count(Rows(std::span(values).first(4), 2), {}), Error);
}

}  // namespace
}  // namespace likeness
