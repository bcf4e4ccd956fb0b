#include "likeness/neighbours/exact_search.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

#include "likeness/base/error.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

// Compares every query of a search with the plain loop: same items, same order, same bits.
void expect_plain(const Space& space, const ExactSearch& search, const Rows& items,
                  const Rows& queries, const NearestOptions& options) {
  const auto found = search.nearest(queries, options);
  ASSERT_EQ(found.size(), queries.count());
  for (std::size_t q = 0; q < queries.count(); ++q) {
    EXPECT_EQ(found[q],
              plain_nearest(space.metric(), items, queries.row(q), options.count, options.among))
        << items.count() << " x " << items.dimensions() << ", query " << q << " of "
        << queries.count() << ", count " << options.count;
  }
}

TEST(ExactSearch, FindsWhatThePlainLoopFindsOnOddSizes) {
  for (const std::size_t count : {1U, 3U, 17U, 64U, 65U, 127U, 1009U}) {
    for (const std::size_t dimensions : {1U, 2U, 3U, 17U, 31U, 64U, 100U, 129U}) {
      const auto values = random_values(count * dimensions, count + dimensions);
      const auto asked = random_values(7 * dimensions, 99);
      const Rows items(values, dimensions);
      for (const Metric metric : {Metric::kEuclidean, Metric::kCosine}) {
        const Space space(items, metric, 2);
        const ExactSearch search(space, 2);
        for (const std::size_t wanted : {1U, 10U, 2000U}) {
          expect_plain(space, search, items, Rows(asked, dimensions),
                       {.count = wanted, .threads = 2});
        }
      }
    }
  }
}

TEST(ExactSearch, OrderAgreesWithDoublePrecision) {
  const auto values = random_mixture(2003, 37, 5, 3);
  const Rows items(values, 37);
  const Space space(items, Metric::kEuclidean, 1);
  const auto found = ExactSearch(space, 1).nearest(items, {.count = 20, .threads = 1});
  for (std::size_t q = 0; q < items.count(); q += 101) {
    std::vector<double> truth;
    truth.reserve(items.count());
    for (std::size_t i = 0; i < items.count(); ++i) {
      truth.push_back(plain_distance(Metric::kEuclidean, items.row(q), items.row(i)));
    }
    std::ranges::sort(truth);
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_NEAR(found[q][i].distance, truth[i], 5e-6 * truth[i]);
    }
    EXPECT_EQ(found[q][0], (Neighbour{.item = q, .distance = 0.0F}));
  }
}

TEST(ExactSearch, IsTheSameForAnyNumberOfThreadsAndAnyBatch) {
  const auto values = random_mixture(60001, 41, 9, 5);
  const Rows items(values, 41);
  const Space space(items, Metric::kEuclidean, 3);
  const ExactSearch search(space, 3);
  const auto asked = random_mixture(67, 41, 9, 6);
  const auto all = search.nearest(Rows(asked, 41), {.count = 13, .threads = 1});
  for (const std::size_t threads : {2U, 5U}) {
    EXPECT_EQ(search.nearest(Rows(asked, 41), {.count = 13, .threads = threads}), all);
    for (std::size_t q = 0; q < 67; q += 13) {
      const auto one = std::span(asked).subspan(q * 41, 41);
      EXPECT_EQ(search.nearest(Rows(one, 41), {.count = 13, .threads = threads}).front(), all[q]);
    }
  }
  expect_plain(space, search, items, Rows(std::span(asked).first(205), 41), {.count = 13});
}

TEST(ExactSearch, ReturnsOnlyItemsOfTheFilterAndAsManyAsThereAre) {
  const auto values = random_values(std::size_t{5003} * 19, 1);
  const Rows items(values, 19);
  const Space space(items, Metric::kEuclidean, 2);
  const ExactSearch search(space, 2);
  Random random(2);
  for (const std::size_t one_in : {1U, 2U, 50U, 4000U}) {
    ItemSet among(5003, ItemSet::Start::kEmpty);
    for (std::size_t i = 0; i < 5003; ++i) {
      if (random.below(one_in) == 0) among.insert(i);
    }
    expect_plain(space, search, items, Rows(std::span(values).first(57), 19),
                 {.count = 10, .among = &among});
  }
  const ItemSet none(5003, ItemSet::Start::kEmpty);
  EXPECT_TRUE(search.nearest(Rows(std::span(values).first(19), 19), {.among = &none})[0].empty());
  EXPECT_TRUE(search.nearest(Rows(std::span(values).first(19), 19), {.count = 0})[0].empty());
}

TEST(ExactSearch, AnswersEachOfSeveralByItsOwnCountAndFilter) {
  for (const std::size_t count : {1U, 3U, 17U, 65U, 1009U}) {
    const auto values = random_mixture(count, 19, 3, count);
    const auto asked = random_mixture(11, 19, 3, 6);
    const Rows items(values, 19);
    ItemSet among(count, ItemSet::Start::kEmpty);
    for (std::size_t i = 0; i < count; i += 7) among.insert(i);
    const ItemSet none(count, ItemSet::Start::kEmpty);
    const std::array<const ItemSet*, 3> filters = {nullptr, &among, &none};
    for (const Metric metric : {Metric::kEuclidean, Metric::kCosine}) {
      const Space space(items, metric, 1);
      std::vector<NearestQuery> queries;
      queries.reserve(11);
      for (std::size_t q = 0; q < 11; ++q) {
        queries.push_back({.vector = Rows(asked, 19).row(q),
                           .options = {.count = q * q, .among = filters[q % filters.size()]}});
      }
      const auto found = ExactSearch(space, 1).nearest_of_each(queries);
      ASSERT_EQ(found.size(), queries.size());
      for (std::size_t q = 0; q < queries.size(); ++q) {
        const auto& [vector, options] = queries[q];
        EXPECT_EQ(found[q], plain_nearest(metric, items, vector, options.count, options.among))
            << count << " items, query " << q;
      }
    }
  }
}

TEST(ExactSearch, BreaksTiesByTheOrderOfTheItems) {
  // 9,000 items at only three places, more than are kept waiting to be measured.
  std::vector<float> values;
  for (std::size_t i = 0; i < 9000; ++i) {
    for (int d = 0; d < 5; ++d) values.push_back(static_cast<float>(i % 3));
  }
  const Rows items(values, 5);
  const Space space(items, Metric::kEuclidean, 2);
  const ExactSearch search(space, 2);
  const std::vector<float> query(5, 0.9F);
  for (const std::size_t wanted : {4U, 3500U, 9000U}) {
    expect_plain(space, search, items, Rows(query, 5), {.count = wanted, .threads = 2});
  }
}

TEST(ExactSearch, IsExactWhereTheCodesAreUseless) {
  // One item far out takes the whole range of the codes, so that all others have the same code.
  auto values = random_values(std::size_t{997} * 8, 4);
  values[100] = 1e9F;
  const Rows items(values, 8);
  const Space space(items, Metric::kEuclidean, 1);
  const ExactSearch search(space, 1);
  const std::vector<float> far(8, -1e12F);
  expect_plain(space, search, items, Rows(std::span(values).first(160), 8), {.count = 5});
  expect_plain(space, search, items, Rows(far, 8), {.count = 5});
  const std::vector<float> same(300, 2.0F);  // all items equal: a step of 0
  const Space flat(Rows(same, 3), Metric::kEuclidean, 1);
  expect_plain(flat, ExactSearch(flat, 1), Rows(same, 3), Rows(std::span(values).first(3), 3),
               {.count = 5});
}

TEST(ExactSearch, RefusesAQueryThatIsNotANumber) {
  const auto values = random_values(30, 1);
  const Space space(Rows(values, 3), Metric::kEuclidean, 1);
  const std::vector<float> query{0.0F, std::numeric_limits<float>::quiet_NaN(), 0.0F};
  EXPECT_THROW((void)ExactSearch(space, 1).nearest(Rows(query, 3), {}), Error);
}

TEST(ExactSearch, OfNothingFindsNothing) {
  const Space space(Rows({}, 3), Metric::kEuclidean, 1);
  const std::vector<float> query(3);
  const auto found = ExactSearch(space, 1).nearest(Rows(query, 3), {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].empty());
}

}  // namespace
}  // namespace likeness
