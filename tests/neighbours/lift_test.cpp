#include "likeness/neighbours/lift.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace likeness {
namespace {

TEST(Lift, IsTheShareInTheClusterOverThatOfAll) {
  // Cluster 0 has 4 items, all but one of label 7; cluster 1 has 6, two of label 7.
  const std::vector<std::uint32_t> clusters = {0, 0, 0, 0, 1, 1, 1, 1, 1, 1};
  const std::vector<std::uint32_t> labels = {7, 7, 7, 2, 7, 7, 2, 2, 2, kNoLabel};
  const auto lifted = lifted_labels(clusters, 2, labels, {.least_items = 2, .least_share = 0.0});
  ASSERT_EQ(lifted.size(), 2U);
  ASSERT_EQ(lifted[0].size(), 1U);
  EXPECT_EQ(lifted[0][0].label, 7U);
  EXPECT_DOUBLE_EQ(lifted[0][0].share, 0.75);
  EXPECT_DOUBLE_EQ(lifted[0][0].lift, 1.5);
  EXPECT_DOUBLE_EQ(weight_of(lifted[0][0]), 0.75 * std::log(1.5));
  ASSERT_EQ(lifted[1].size(), 1U);
  EXPECT_EQ(lifted[1][0].label, 2U);
  EXPECT_DOUBLE_EQ(lifted[1][0].lift, 0.5 / 0.4);
}

// A product's name: nearly every item has one of its own, which is in one cluster alone.
TEST(Lift, ValuesOfFewItemsAreNoSignOfACluster) {
  std::vector<std::uint32_t> clusters;
  std::vector<std::uint32_t> names;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    clusters.push_back(i % 4);
    names.push_back(i < 20 ? 0 : i);  // 5 items of each cluster have the same name
  }
  for (const auto& lifted : lifted_labels(clusters, 4, names)) EXPECT_TRUE(lifted.empty());
}

TEST(Lift, OrdersByWhatSetsTheClusterApart) {
  std::vector<std::uint32_t> clusters(200, 1);
  std::vector<std::uint32_t> labels(200, 5);
  for (std::size_t i = 0; i < 100; ++i) {
    clusters[i] = 0;
    if (i < 6) {
      labels[i] = 1;  // rare: share 0.06, lift 2
    } else if (i < 60) {
      labels[i] = 2;  // share 0.54, lift 2
    } else {
      labels[i] = 3;
    }
  }
  for (std::size_t i = 100; i < 130; ++i) labels[i] = 3;  // share 0.4, lift 8 / 7
  const auto lifted = lifted_labels(clusters, 2, labels)[0];
  ASSERT_EQ(lifted.size(), 3U);
  EXPECT_EQ(lifted[0].label, 2U);
  EXPECT_EQ(lifted[1].label, 3U);
  EXPECT_EQ(lifted[2].label, 1U);
}

TEST(Lift, AnEmptyClusterHasNone) {
  EXPECT_TRUE(lifted_labels({}, 3, {})[1].empty());
  const std::vector<std::uint32_t> none(5, kNoLabel);
  const std::vector<std::uint32_t> clusters(5, 0);
  EXPECT_TRUE(lifted_labels(clusters, 1, none)[0].empty());
}

}  // namespace
}  // namespace likeness
