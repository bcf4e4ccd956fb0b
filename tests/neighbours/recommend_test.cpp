#include "likeness/neighbours/recommend.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <span>
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
  const SameItem same = [](std::size_t item, std::span<const std::size_t> others) {
    std::optional<std::size_t> answer;
    for (const std::size_t other : others) {
      if (!answer && other / 3 == item / 3) answer = other;
    }
    return answer;
  };
  const auto found = recommend(search_, relevance_, likes(10), {.count = 30, .distinct = &same});
  ASSERT_EQ(found.size(), 30U);
  std::set<std::size_t> shown{10 / 3};
  for (const auto& one : found) {
    EXPECT_TRUE(shown.insert(one.item / 3).second) << "shown twice";
    for (const std::size_t folded : one.folded) EXPECT_EQ(folded / 3, one.item / 3);
  }
  const auto all = recommend(search_, relevance_, likes(10), {.count = 2000, .distinct = &same});
  EXPECT_EQ(all.size(), 400U);
  std::size_t items = 0;
  for (const auto& one : all) items += 1 + one.folded.size();
  EXPECT_EQ(items, 1198U);
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

// A point of the line is one with those at most `within` from it.
SameItem on_a_line(const std::vector<float>& line, float within,
                   std::atomic<std::size_t>* asked = nullptr) {
  return [&line, within, asked](std::size_t item, std::span<const std::size_t> others) {
    std::optional<std::size_t> answer;
    for (const std::size_t other : others) {
      if (asked != nullptr) ++*asked;
      if (std::abs(line[item] - line[other]) > within) continue;
      answer = other;
      break;
    }
    return answer;
  };
}

// The definition: each item goes to the nearest first of a group that it is one with.
Groups plain_groups(const std::vector<float>& line, float within) {
  Groups groups;
  for (std::size_t i = 0; i < line.size(); ++i) {
    groups.push_back(i);
    float nearest = within;
    for (std::size_t j = 0; j < i; ++j) {
      const float distance = std::abs(line[i] - line[j]);
      if (groups[j] != j || distance > nearest || (distance == nearest && groups[i] != i)) continue;
      nearest = distance;
      groups[i] = j;
    }
  }
  return groups;
}

TEST(Groups, AreThoseOfTheDoubleLoopForAnyNumberOfThreads) {
  auto line = random_values(701, 6);
  std::fill_n(line.begin() + 100, 300, 0.25F);  // more at one place than are asked about at first
  for (const float within : {0.0F, 0.001F, 0.02F}) {
    for (const std::size_t threads : {1U, 3U}) {
      EXPECT_EQ(group_same(Rows(line, 1), {.neighbours = 5, .distance = 9.0F, .threads = threads},
                           on_a_line(line, within)),
                plain_groups(line, within))
          << within;
    }
  }
}

// Many files of few pictures: a few questions of each, not one of each about each.
TEST(Groups, OfManyItemsAreJoinedByTheirFirsts) {
  std::vector<float> line(5000);
  for (std::size_t i = 0; i < line.size(); ++i) line[i] = static_cast<float>(i * 7 % 5);
  std::atomic<std::size_t> asked = 0;
  const Groups groups =
      group_same(Rows(line, 1), {.distance = 9.0F, .threads = 2}, on_a_line(line, 0.25F, &asked));
  for (std::size_t i = 0; i < line.size(); ++i) {
    EXPECT_EQ(groups[i], std::ranges::find(line, line[i]) - line.begin());
  }
  EXPECT_LT(asked, 3 * line.size());
}

TEST(Groups, DoNotGrowAlongChains) {
  const std::vector<float> line{0.0F, 1.0F, 2.0F, 3.0F, 4.0F};
  EXPECT_EQ(group_same(Rows(line, 1), {.distance = 9.0F}, on_a_line(line, 1.0F)),
            (Groups{0, 0, 2, 2, 4}));
}

TEST(Groups, OnlyNearItemsAreAskedAbout) {
  const std::vector<float> line{0.0F, 1.0F, 5.0F};
  EXPECT_EQ(group_same(Rows(line, 1), {.distance = 2.0F}, on_a_line(line, 9.0F)),
            (Groups{0, 0, 2}));
  EXPECT_TRUE(group_same(Rows({}, 1), {}, on_a_line(line, 9.0F)).empty());
}

}  // namespace
}  // namespace likeness
