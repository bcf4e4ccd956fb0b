#include "likeness/neighbours/search.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <set>
#include <vector>

#include "likeness/base/error.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

constexpr std::size_t kItems = 8009;
constexpr std::size_t kDimensions = 24;

class ApproximateTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    values = random_mixture(kItems, kDimensions, 90, 1);
    search = std::make_unique<Search>(
        items(), SearchOptions{.method = SearchOptions::Method::kApproximate, .threads = 2});
  }
  static void TearDownTestSuite() { search.reset(); }

  static Rows items() { return {values, kDimensions}; }
  static Rows queries(std::size_t count) {
    return {std::span(values).first(count * kDimensions), kDimensions};
  }

  // Built once: the graph takes seconds.
  static inline std::vector<float> values;
  static inline std::unique_ptr<Search> search;
};

TEST_F(ApproximateTest, FindsNearlyAllOfTheTenNearest) {
  ASSERT_TRUE(search->approximate());
  const auto found = search->nearest(queries(500), {.threads = 2});
  const auto truth = ExactSearch(search->space(), 2).nearest(queries(500), {.threads = 2});
  std::size_t hits = 0;
  for (std::size_t q = 0; q < found.size(); ++q) {
    ASSERT_EQ(found[q].size(), 10U);
    EXPECT_TRUE(std::ranges::is_sorted(found[q], std::less()));
    // The very same items at the very same distances.
    hits += static_cast<std::size_t>(std::ranges::count_if(found[q], [&](const Neighbour& near) {
      return std::ranges::find(truth[q], near) != truth[q].end();
    }));
  }
  EXPECT_GE(hits, 4900U) << "recall below 0.98";
}

TEST_F(ApproximateTest, ReturnsAsManyAsMatchWhateverTheFilter) {
  Random random(5);
  for (const std::size_t one_in : {1U, 2U, 7U, 100U, 3000U}) {
    ItemSet among(kItems, ItemSet::Start::kEmpty);
    for (std::size_t i = 0; i < kItems; ++i) {
      if (random.below(one_in) == 0) among.insert(i);
    }
    const auto found = search->nearest(queries(50), {.count = 10, .among = &among});
    for (const auto& list : found) {
      ASSERT_EQ(list.size(), std::min<std::size_t>(10, among.count()));
      std::set<std::size_t> different;
      for (const auto& near : list) {
        EXPECT_TRUE(among.contains(near.item));
        different.insert(near.item);
      }
      EXPECT_EQ(different.size(), list.size());
    }
  }
}

TEST_F(ApproximateTest, NeverReturnsADeletedItemThatIsNearest) {
  ItemSet left(kItems, ItemSet::Start::kFull);
  for (std::size_t i = 0; i < 60; ++i) left.erase(i);
  const auto found = search->nearest(queries(60), {.count = 3, .among = &left});
  for (const auto& neighbours : found) {
    ASSERT_EQ(neighbours.size(), 3U);
    for (const auto& near : neighbours) EXPECT_GE(near.item, 60U);
  }
}

TEST_F(ApproximateTest, SearchesExactlyWhereTheQuerysSurroundingsAreFilteredOut) {
  // Only items of other groups than the query's match: the graph returns none of them.
  ItemSet among(kItems, ItemSet::Start::kEmpty);
  for (std::size_t i = 0; i < kItems; ++i) {
    if (i % 90 >= 45) among.insert(i);
  }
  const NearestOptions options{.count = 10, .among = &among};
  EXPECT_EQ(search->nearest(items().row(0), options),
            plain_nearest(Metric::kEuclidean, items(), items().row(0), 10, &among));
}

TEST_F(ApproximateTest, GivesEveryItemWhenAskedFor) {
  EXPECT_EQ(search->nearest(items().row(3), {.count = kItems + 5}).size(), kItems);
}

TEST_F(ApproximateTest, IsTheSameForAnyNumberOfThreads) {
  const Search other(items(), {.method = SearchOptions::Method::kApproximate, .threads = 1});
  EXPECT_EQ(other.nearest(queries(200), {.threads = 1}),
            search->nearest(queries(200), {.threads = 3}));
}

TEST_F(ApproximateTest, RefusesAQueryThatIsNotANumber) {
  const std::vector<float> query(kDimensions, std::numeric_limits<float>::quiet_NaN());
  EXPECT_THROW((void)search->nearest(query), Error);
}

TEST(Search, IsExactBelowTheMeasuredSizeUnlessTold) {
  const auto values = random_values(std::size_t{3} * 500, 1);
  const Search search(Rows(values, 3));
  EXPECT_FALSE(search.approximate());
  const auto query = std::span(values).first(3);
  EXPECT_EQ(search.nearest(query, {.count = 7}),
            plain_nearest(Metric::kEuclidean, Rows(values, 3), query, 7, nullptr));
}

TEST(Search, AFewQueriesFindTheSameWithoutCodes) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{500}, std::size_t{20'011}}) {
    const auto values = random_mixture(count, 5, 4, 2);
    const Rows rows(values, 5);
    ItemSet odd(count, ItemSet::Start::kEmpty);
    for (std::size_t i = 1; i < count; i += 2) odd.insert(i);
    for (const auto metric : {Metric::kEuclidean, Metric::kCosine}) {
      const Search search(rows, {.metric = metric, .expected_queries = 2});
      for (const ItemSet* among :
           {static_cast<const ItemSet*>(nullptr), static_cast<const ItemSet*>(&odd)}) {
        const Rows queries{std::span(values).first(5), 5};
        EXPECT_EQ(search.nearest(queries, {.count = 9, .among = among, .threads = 3}).front(),
                  plain_nearest(metric, rows, queries.row(0), 9, among));
      }
    }
  }
}

TEST(Search, IsApproximateFromTheMeasuredSizeOnUnlessTold) {
  const auto values = random_values(Search::kApproximateFrom, 1);
  EXPECT_FALSE(Search(Rows(values, 1), {.method = SearchOptions::Method::kExact}).approximate());
  EXPECT_FALSE(Search(Rows(std::span(values).first(values.size() - 1), 1)).approximate());
  EXPECT_FALSE(Search(Rows(values, 1), {.expected_queries = 1000}).approximate());
  const GraphOptions coarse{.links = 2, .build_breadth = 2};
  EXPECT_TRUE(Search(Rows(values, 1), {.graph = coarse}).approximate());
}

TEST(Search, CosineFindsTheSameDirectionsExactlyAndApproximately) {
  auto values = random_values(std::size_t{1000} * 9, 1);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= static_cast<float>(1 + i / 9 % 7);
  const Rows items(values, 9);
  for (const auto method : {SearchOptions::Method::kExact, SearchOptions::Method::kApproximate}) {
    const Search search(items, {.metric = Metric::kCosine, .method = method});
    for (std::size_t q = 0; q < 20; ++q) {
      EXPECT_EQ(search.nearest(items.row(q), {.count = 5}),
                plain_nearest(Metric::kCosine, items, items.row(q), 5, nullptr));
    }
  }
}

}  // namespace
}  // namespace likeness
