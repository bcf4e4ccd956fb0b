#include "likeness/neighbours/recommend.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <vector>

#include "likeness/base/error.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

class RecommendTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<float> row(std::size_t item) const {
    const auto row = rows_.row(item);
    return {row.begin(), row.end()};
  }
  [[nodiscard]] Taste likes(std::size_t item) const {
    return {.liked = row(item), .unliked = {}, .items = {item}};
  }
  [[nodiscard]] double mean_distance_within(const std::vector<Recommendation>& list) const {
    double sum = 0.0;
    for (const auto& a : list) {
      for (const auto& b : list) sum += search_.space().distance_between(a.item, b.item);
    }
    return sum;
  }

  std::vector<float> values_ = random_mixture(1201, 13, 8, 1);
  Rows rows_{values_, 13};
  Search search_{rows_};
  Relevance relevance_ = sample_relevance(search_.space());
};

TEST_F(RecommendTest, GivesTheNearestOthersWithoutDiversity) {
  const auto found = recommend(search_, relevance_, likes(7), {.count = 6});
  const auto plain = plain_nearest(Metric::kEuclidean, rows_, rows_.row(7), 7, nullptr);
  ASSERT_EQ(found.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(found[i].item, plain[i + 1].item);
    EXPECT_EQ(found[i].distance, plain[i + 1].distance);
  }
}

TEST_F(RecommendTest, LooksBetweenTheLikedAndAwayFromTheUnliked) {
  Taste taste{.liked = {0.0F, 0.0F, 4.0F, 0.0F}, .unliked = {}, .items = {}};
  EXPECT_EQ(query_of(taste, 2), (std::vector<float>{2.0F, 0.0F}));
  taste.unliked = {2.0F, 8.0F};
  EXPECT_EQ(query_of(taste, 2), (std::vector<float>{2.0F, -2.0F}));
}

TEST_F(RecommendTest, ReturnsAsManyAsQualify) {
  ItemSet among(1201, ItemSet::Start::kEmpty);
  for (std::size_t i = 0; i < 4; ++i) among.insert(i * 100);
  for (const double diversity : {0.0, 0.5}) {
    const auto found = recommend(search_, relevance_, likes(100),
                                 {.count = 9, .diversity = diversity, .among = &among});
    ASSERT_EQ(found.size(), 3U);
    for (const auto& one : found) EXPECT_TRUE(among.contains(one.item) && one.item != 100);
  }
  EXPECT_TRUE(recommend(search_, relevance_, likes(1), {.count = 0}).empty());
  EXPECT_EQ(recommend(search_, relevance_, likes(1), {.count = 5000}).size(), 1200U);
}

TEST_F(RecommendTest, DiversityMakesListsDifferMoreAndKeepsTheNearestFirst) {
  const auto near = recommend(search_, relevance_, likes(5), {.count = 8});
  double before = mean_distance_within(near);
  for (const double diversity : {0.5, 1.0}) {
    const auto found =
        recommend(search_, relevance_, likes(5), {.count = 8, .diversity = diversity});
    ASSERT_EQ(found.size(), 8U);
    EXPECT_EQ(found[0].item, near[0].item);
    EXPECT_GT(mean_distance_within(found), before);
    before = mean_distance_within(found);
    std::set<std::size_t> different;
    for (const auto& one : found) different.insert(one.item);
    EXPECT_EQ(different.size(), 8U);
  }
}

// The greedy choice written as its definition says.
TEST_F(RecommendTest, ChoosesByMaximalMarginalRelevance) {
  const double diversity = 0.4;
  auto pool = recommend(search_, relevance_, likes(9), {.count = 4 * kPoolShare});
  std::vector<std::size_t> plain{pool[0].item};
  while (plain.size() < 4) {
    double best = -1e30;
    std::size_t item = 0;
    for (const auto& candidate : pool) {
      if (std::ranges::find(plain, candidate.item) != plain.end()) continue;
      double apart = 1e30;
      for (const std::size_t shown : plain) {
        apart = std::min<double>(apart, search_.space().distance_between(candidate.item, shown));
      }
      const double score = diversity * apart - (1.0 - diversity) * candidate.distance;
      if (score > best) {
        best = score;
        item = candidate.item;
      }
    }
    plain.push_back(item);
  }
  const auto found = recommend(search_, relevance_, likes(9), {.count = 4, .diversity = diversity});
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(found[i].item, plain[i]);
}

TEST_F(RecommendTest, FoldsGroupsIntoTheirNearestAndHidesThoseOfTheTaste) {
  Groups groups;
  for (std::size_t i = 0; i < 1201; ++i) groups.push_back(i / 3 * 3);
  const auto found = recommend(search_, relevance_, likes(10), {.count = 30, .distinct = &groups});
  ASSERT_EQ(found.size(), 30U);
  std::set<std::size_t> shown{9};  // the group of item 10
  for (const auto& one : found) {
    EXPECT_TRUE(shown.insert(groups[one.item]).second) << "group shown twice";
    for (const std::size_t folded : one.folded) EXPECT_EQ(groups[folded], groups[one.item]);
  }
  EXPECT_EQ(recommend(search_, relevance_, likes(10), {.count = 2000, .distinct = &groups}).size(),
            400U);
}

TEST_F(RecommendTest, StaysInTheClusterOfTheQuery) {
  const auto clustering = k_means(rows_, {.clusters = 8, .starts = 2});
  const auto found =
      recommend(search_, relevance_, likes(33), {.count = 2000, .clustering = &clustering});
  EXPECT_EQ(found.size(), clustering.sizes[clustering.clusters[33]] - 1);
  for (const auto& one : found) {
    EXPECT_EQ(clustering.clusters[one.item], clustering.clusters[33]);
  }
}

TEST_F(RecommendTest, CutsOffAtARelevance) {
  const auto found = recommend(search_, relevance_, likes(3), {.count = 2000, .relevance = 0.95});
  ASSERT_FALSE(found.empty());
  EXPECT_LT(found.size(), 1200U);
  for (const auto& one : found) EXPECT_GE(one.relevance, 0.95);
  const auto all = recommend(search_, relevance_, likes(3), {.count = found.size() + 1});
  EXPECT_LT(all.back().relevance, 0.95);
}

TEST_F(RecommendTest, RefusesAPictureWhoseVectorIsNotANumber) {
  Taste taste = likes(1);
  taste.liked[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW((void)recommend(search_, relevance_, taste, {}), Error);
}

TEST_F(RecommendTest, RelevanceIsTheShareOfAllPairsThatAreFartherApart) {
  for (const float distance : {0.0F, 10.0F, 25.0F, 40.0F, 1000.0F}) {
    std::size_t farther = 0;
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < 600; ++i) {
      for (std::size_t j = 0; j < i; ++j, ++pairs) {
        if (search_.space().distance_between(i, j) > distance) ++farther;
      }
    }
    EXPECT_NEAR(relevance_.of(distance), static_cast<double>(farther) / static_cast<double>(pairs),
                0.01);
  }
  EXPECT_EQ(Relevance{}.of(3.0F), 1.0);
}

TEST(Groups, ConnectsThroughOthers) {
  EXPECT_EQ(connect(7, {{5, 3}, {1, 2}, {3, 6}, {6, 6}}), (Groups{0, 1, 1, 3, 4, 3, 3}));
  EXPECT_EQ(connect(3, {}), (Groups{0, 1, 2}));
}

TEST(Groups, WithinADistanceAreThoseOfTheDoubleLoop) {
  const std::size_t count = 701;
  auto values = random_values(count * 3, 6);
  // 300 items at one place: more than are asked for at first.
  for (std::size_t i = 0; i < 900; ++i) values[i] = 0.25F;
  const Rows rows(values, 3);
  const Search search(rows);
  for (const float distance : {0.0F, 0.1F, 0.3F}) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (search.space().distance_between(i, j) <= distance) pairs.emplace_back(i, j);
      }
    }
    EXPECT_EQ(group_within(search, distance, 2), connect(count, pairs));
  }
}

}  // namespace
}  // namespace likeness
