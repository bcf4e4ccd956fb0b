#include "likeness/neighbours/quality.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "likeness/neighbours/bootstrap.hpp"
#include "likeness/neighbours/list_quality.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

TEST(QualityOfRanking, IsWhatPaperAndPencilGive) {
  // Relevant at ranks 1, 3 and 12; four in the gallery.
  std::vector<bool> relevant(15);
  relevant[0] = relevant[2] = relevant[11] = true;
  const auto quality = quality_of_ranking(relevant, 4);
  EXPECT_DOUBLE_EQ(quality.precision_at_1, 1.0);
  EXPECT_DOUBLE_EQ(quality.precision_at_10, 0.2);
  EXPECT_DOUBLE_EQ(quality.hits_at_15, 3.0);
  EXPECT_DOUBLE_EQ(quality.map_at_10, (1.0 + 2.0 / 3.0) / 4.0);
  EXPECT_NEAR(quality.ndcg_at_10,
              (1.0 + 0.5) / (1.0 + 1.0 / std::log2(3.0) + 0.5 + 1.0 / std::log2(5.0)), 1e-12);
}

TEST(QualityOfRanking, IsOneForAPerfectAndZeroForAnEmptyOne) {
  const auto perfect = quality_of_ranking(std::vector<bool>(15, true), 400);
  EXPECT_NEAR(perfect.precision_at_10, 1.0, 1e-12);
  EXPECT_NEAR(perfect.map_at_10, 1.0, 1e-12);
  EXPECT_NEAR(perfect.ndcg_at_10, 1.0, 1e-12);
  EXPECT_EQ(quality_of_ranking({}, 3).map_at_10, 0.0);
  EXPECT_EQ(quality_of_ranking(std::vector<bool>(15, false), 0).ndcg_at_10, 0.0);
}

TEST(MeasureRetrieval, IsThePlainLeaveOneOut) {
  const auto values = random_values(std::size_t{503} * 4, 1);
  const Rows rows(values, 4);
  std::vector<std::uint32_t> labels;
  for (std::size_t i = 0; i < 503; ++i) {
    // The label is a quarter of the plane, so that neighbours tend to share it; some have none.
    const bool right = values[i * 4] > 0.0F;
    const bool above = values[i * 4 + 1] > 0.0F;
    labels.push_back(i % 9 == 0 ? kNoLabel : (right ? 1U : 0U) + (above ? 2U : 0U));
  }
  const auto found = measure_retrieval(Search(rows), labels, {.queries = 60, .seed = 4});
  ASSERT_EQ(found.queries.size(), 60U);
  EXPECT_EQ(found.gallery, 503U - 56U);
  for (std::size_t q = 0; q < 60; ++q) {
    const std::size_t query = found.queries[q];
    ASSERT_NE(labels[query], kNoLabel);
    ItemSet others(503, ItemSet::Start::kEmpty);
    std::size_t same = 0;
    for (std::size_t i = 0; i < 503; ++i) {
      if (i == query || labels[i] == kNoLabel) continue;
      others.insert(i);
      same += labels[i] == labels[query] ? 1 : 0;
    }
    std::vector<bool> relevant;
    for (const auto& near : plain_nearest(Metric::kEuclidean, rows, rows.row(query), 15, &others)) {
      relevant.push_back(labels[near.item] == labels[query]);
    }
    const auto plain = quality_of_ranking(relevant, same);
    EXPECT_EQ(found.quality[q].map_at_10, plain.map_at_10);
    EXPECT_EQ(found.quality[q].hits_at_15, plain.hits_at_15);
  }
  EXPECT_GT(found.mean().precision_at_10, 0.5);
  const auto values_at_1 = found.values(&RetrievalQuality::precision_at_1);
  EXPECT_NEAR(bootstrap_mean(values_at_1).mean, found.mean().precision_at_1, 1e-12);
}

TEST(MeasureRetrieval, LeavesTheQueryOutAmongManyAtTheSamePlace) {
  const std::vector<float> values(100, 1.0F);
  const std::vector<std::uint32_t> labels(50, 3);
  const auto found = measure_retrieval(Search(Rows(values, 2)), labels, {});
  for (const auto& quality : found.quality) EXPECT_EQ(quality.hits_at_15, 15.0);
}

TEST(MeasureRetrieval, OfNoLabelsIsEmpty) {
  const auto values = random_values(20, 1);
  const std::vector<std::uint32_t> labels(10, kNoLabel);
  const auto found = measure_retrieval(Search(Rows(values, 2)), labels, {});
  EXPECT_TRUE(found.queries.empty());
  EXPECT_EQ(found.mean().precision_at_10, 0.0);
}

TEST(CombineLabels, AreEqualWhereBothAre) {
  const std::vector<std::uint32_t> first{4, 4, 5, kNoLabel, 4};
  const std::vector<std::uint32_t> second{1, 2, 1, 1, 1};
  EXPECT_EQ(combine_labels(first, second), (std::vector<std::uint32_t>{0, 1, 2, kNoLabel, 0}));
}

TEST(MeasureLists, CountsWhoIsShownAndHowOften) {
  // Items on a line at 0, 1, 3, 7, 15: the nearest other item of each is the one before.
  const std::vector<float> values{0.0F, 1.0F, 3.0F, 7.0F, 15.0F};
  const Search search(Rows(values, 1));
  const auto lists = lists_of_all(search, 1);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(lists[i].at(0).item, i - 1);
  const auto relevance = sample_relevance(search.space());
  const auto quality = measure_lists(search.space(), relevance, lists);
  EXPECT_DOUBLE_EQ(quality.coverage, 0.8);
  EXPECT_EQ(quality.hubness, 2U);  // item 1 is nearest to both its neighbours
  EXPECT_EQ(quality.diversity, 0.0);
  const auto all = measure_lists(search.space(), relevance, lists_of_all(search, 4));
  EXPECT_DOUBLE_EQ(all.coverage, 1.0);
  EXPECT_EQ(all.hubness, 4U);
  EXPECT_NEAR(all.diversity, 1.0, 0.03);  // lists of everything differ as random pairs do
}

TEST(BootstrapMean, CoversTheTrueMeanAboutAsOftenAsPromised) {
  Random random(1);
  int covered = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    std::vector<double> values(60);
    for (auto& value : values) value = random.normal() + 2.0;
    const auto interval = bootstrap_mean(values, {.resamples = 300, .seed = run});
    covered += interval.low <= 2.0 && 2.0 <= interval.high ? 1 : 0;
  }
  EXPECT_GE(covered, 178);
  EXPECT_LE(covered, 200);
}

TEST(BootstrapMean, IsNarrowForEqualValuesAndEmptyForNone) {
  const std::vector<double> same(30, 0.5);
  EXPECT_EQ(bootstrap_mean(same).low, bootstrap_mean(same).high);
  EXPECT_EQ(bootstrap_mean({}).mean, 0.0);
}

TEST(BootstrapDifference, ComparesQueryByQuery) {
  std::vector<double> first;
  std::vector<double> second;
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    second.push_back(10.0 * random.normal());
    first.push_back(second.back() + 0.1 + 0.01 * random.normal());
  }
  const auto interval = bootstrap_difference(first, second);
  EXPECT_GT(interval.low, 0.09);
  EXPECT_LT(interval.high, 0.11);
}

}  // namespace
}  // namespace likeness
