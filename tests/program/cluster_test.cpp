// likeness cluster: what it keeps in the shop, what it says of it, and what it survives.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/random.hpp"
#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

class ClusterTest : public LineShop {
 protected:
  // Two heaps: items 1 to 4 and items 5 to 12.
  ClusterTest() {
    StoredLatents heaps = line(12);
    for (std::size_t i = 4; i < 12; ++i) heaps.values[2 * i] += 100.0F;
    put_model("heaps", heaps);
  }

  // Centroids and members of the model.
  [[nodiscard]] StoredClusters stored(std::int64_t model) const {
    return Store(path("shop/shop.db"), OpenMode::kExisting).clusters(model);
  }
};

constexpr std::int64_t kHeaps = 2;

TEST_F(ClusterTest, KeepsSizesCentralItemsAndTelltaleTags) {
  const Json found = run_json({"cluster", "shop", "--clusters", "2"});
  const auto& clusters = found.at("clusters").array();
  ASSERT_EQ(clusters.size(), 2U);
  EXPECT_EQ(clusters[0].at("size").integer(), 8);
  EXPECT_EQ(clusters[1].at("size").integer(), 4);
  EXPECT_EQ(clusters[1].at("cluster").integer(), 1);
  EXPECT_EQ(clusters[0].at("items").dump(), R"(["0008","0009","0007","0010","0006"])");
  EXPECT_EQ(clusters[1].at("items").dump(), R"(["0002","0003","0001","0004"])");
  const Json& tag = clusters[1].at("tags").array().at(0);  // 4 of 4, and of all 6 of 12
  EXPECT_EQ(tag.at("tag").text(), "kind");
  EXPECT_EQ(tag.at("value").text(), "shirt");
  EXPECT_EQ(tag.at("share").number(), 1.0);
  EXPECT_EQ(tag.at("lift").number(), 2.0);
  EXPECT_NEAR(found.at("inertia").number(), 42.0 + 5.0, 1e-3);
  EXPECT_GT(found.at("silhouette").number(), 0.9);
  EXPECT_GT(found.at("seconds").number(), 0.0);
  const StoredClusters kept = stored(kHeaps);
  EXPECT_EQ(kept.centroids.size(), 4U);
  EXPECT_EQ(kept.cluster, (std::vector<std::size_t>{1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST_F(ClusterTest, MakesNoMoreClustersThanThereAreDifferentDescriptions) {
  StoredLatents same = line(12);
  for (std::size_t i = 0; i < 12; ++i) same.values[2 * i] = i < 4 ? 1.0F : 2.0F;
  put_model("same", same);
  const Outcome outcome = run({"cluster", "shop", "--clusters", "5"});
  EXPECT_TRUE(contains(outcome.out, "2 clusters of 12 items")) << outcome.out;
  EXPECT_TRUE(contains(outcome.err, "2 clusters instead of 5")) << outcome.err;
  EXPECT_EQ(run_json({"cluster", "shop"}).at("clusters").array().size(), 2U);
  EXPECT_EQ(stored(kHeaps + 1).centroids.size(), 4U);
}

// The default of six is nothing that somebody asked for.
TEST_F(ClusterTest, OfFewerItemsThanTheDefaultMakesOneForEach) {
  put_model("few", line(3));
  EXPECT_EQ(run_json({"cluster", "shop"}).at("clusters").array().size(), 3U);
  EXPECT_TRUE(contains(complaint(1, {"cluster", "shop", "--quiet", "--clusters", "4"}), "4"));
}

TEST_F(ClusterTest, TellsTheSameInText) {
  const Outcome outcome = run({"cluster", "shop", "--clusters", "2", "--quiet"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_TRUE(contains(outcome.out, "2 clusters of 12 items by heaps")) << outcome.out;
  EXPECT_TRUE(contains(outcome.out, "kind=shirt 100 % (x2.0)")) << outcome.out;
  EXPECT_TRUE(contains(outcome.out, "central: 0002 0003 0001 0004\n")) << outcome.out;
}

TEST_F(ClusterTest, FindsHowManyThereAre) {
  const Json found = run_json({"cluster", "shop", "--clusters", "auto"});
  EXPECT_EQ(found.at("clusters").array().size(), 2U);
  EXPECT_EQ(found.at("silhouettes").array().size(), 10U);  // 2 to 11 clusters of 12 items
}

TEST_F(ClusterTest, TheSameSeedGivesTheSameClustersForAnyNumberOfThreads) {
  (void)run_json({"cluster", "shop", "--clusters", "5", "--seed", "3", "--threads", "1"});
  const StoredClusters first = stored(kHeaps);
  (void)run_json({"cluster", "shop", "--clusters", "5", "--seed", "3", "--threads", "3"});
  EXPECT_EQ(stored(kHeaps).centroids, first.centroids);
  EXPECT_EQ(stored(kHeaps).cluster, first.cluster);
}

TEST_F(ClusterTest, ReplacesTheClustersOfItsOwnModelOnly) {
  (void)run_json({"cluster", "shop", "--clusters", "2"});
  (void)run_json({"cluster", "shop", "--clusters", "3"});
  EXPECT_EQ(stored(kHeaps).centroids.size(), 6U);
  put_model("other", line(12));
  EXPECT_TRUE(contains(complaint(1, {"recommend", "shop", "--item", "0001", "--by", "clusters"}),
                       "no clusters by other"));
  (void)run_json({"cluster", "shop", "--clusters", "4"});
  EXPECT_EQ(stored(kHeaps).centroids.size(), 6U);
  EXPECT_EQ(stored(3).centroids.size(), 8U);
  put_model("heaps", line(12));  // trained again: its old clusters say nothing of the new latents
  EXPECT_TRUE(contains(complaint(1, {"recommend", "shop", "--item", "0001", "--by", "clusters"}),
                       "no clusters by heaps"));
}

TEST_F(ClusterTest, WhatIsRemovedIsInNoClusterAnyMore) {
  (void)run_json({"cluster", "shop", "--clusters", "2"});
  ASSERT_EQ(run({"remove", "shop", "0002"}).exit_code, 0);
  EXPECT_EQ(stored(kHeaps).items.size(), 11U);
  const Json again = run_json({"cluster", "shop", "--clusters", "2"});
  EXPECT_EQ(again.at("clusters").array()[1].at("items").dump(), R"(["0003","0004","0001"])");
}

TEST_F(ClusterTest, RefusesWhatCannotBe) {
  const std::vector<std::pair<Words, std::string>> wrong = {
      {{"cluster"}, "SHOP is missing"},
      {{"cluster", "shop", "--clusters", "0"}, "out of range"},
      {{"cluster", "shop", "--clusters", "10001"}, "out of range"},
      {{"cluster", "shop", "--clusters", "-3"}, "give a number or auto"},
      {{"cluster", "shop", "--clusters", "many"}, "give a number or auto"},
      {{"cluster", "shop", "--seed", "x"}, "is not a whole number"},
  };
  for (const auto& [words, says] : wrong) {
    const std::string line = complaint(2, words);
    EXPECT_TRUE(contains(line, says)) << line << "instead of " << says;
  }
  EXPECT_TRUE(contains(complaint(1, {"cluster", "shop", "--clusters", "13"}), "13 asked of 12"));
  EXPECT_TRUE(contains(complaint(1, {"cluster", "none"}), "likeness pack"));
  ASSERT_EQ(run({"pack", "bare", "pictures"}).exit_code, 0);
  EXPECT_TRUE(contains(complaint(1, {"cluster", "bare"}), "likeness train bare"));
  put_model("small", line(2));
  EXPECT_TRUE(
      contains(complaint(1, {"cluster", "shop", "--clusters", "auto", "--quiet"}), "too few"));
}

TEST_F(ClusterTest, KilledAtAnyMomentItLeavesTheOldClustersOrTheNew) {
  const auto duration = time_of({"cluster", "shop", "--clusters", "2", "--quiet"});
  const auto old_size = stored(kHeaps).centroids.size();
  Random random(1);
  int killed = 0;
  for (int round = 0; round < 30; ++round) {
    const std::string clusters = std::to_string(3 + round % 2);
    const auto time = random.below(static_cast<std::uint64_t>(duration.count()) * 5 / 4);
    const Outcome outcome = run_for(std::chrono::microseconds(time), SIGKILL,
                                    {"cluster", "shop", "--clusters", clusters, "--quiet"});
    killed += outcome.signal == SIGKILL ? 1 : 0;
    const StoredClusters now = stored(kHeaps);
    EXPECT_EQ(now.items.size(), 12U);
    const std::size_t count = now.centroids.size() / 2;
    EXPECT_TRUE(now.centroids.size() == old_size || count == 3 || count == 4);
    EXPECT_LT(*std::ranges::max_element(now.cluster), count);
  }
  EXPECT_GT(killed, 5);  // else the test has tried nothing
  EXPECT_TRUE(Store(path("shop/shop.db"), OpenMode::kExisting).check().empty());
}

}  // namespace
}  // namespace likeness
