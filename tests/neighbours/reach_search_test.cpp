#include "likeness/neighbours/reach_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

// The plain loop, cut where the reach ends.
std::vector<Neighbour> plain_within(const Space& space, std::size_t item, float reach,
                                    const NearestOptions& options) {
  auto found =
      plain_nearest(space.metric(), space.rows(), space.row(item), options.count, options.among);
  std::erase_if(found, [&](const Neighbour& one) { return one.distance > reach; });
  return found;
}

void expect_plain(const Space& space, float reach, const NearestOptions& options) {
  const ReachSearch search(space, reach, options.threads);
  const std::size_t first = space.count() / 3;
  const std::size_t count = std::min<std::size_t>(70, space.count() - first);
  const auto found = search.nearest(first, count, options);
  ASSERT_EQ(found.size(), count);
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(found[i], plain_within(space, first + i, reach, options))
        << space.count() << " x " << space.dimensions() << ", item " << first + i << ", reach "
        << reach << ", count " << options.count;
  }
}

// Distances of an item that so many others do not reach.
float reach_of(const Space& space, std::size_t others) {
  return plain_nearest(space.metric(), space.rows(), space.row(0), others, nullptr).back().distance;
}

TEST(ReachSearch, FindsWhatThePlainLoopFindsOnOddSizes) {
  for (const std::size_t count : {1U, 3U, 65U, 700U}) {
    for (const std::size_t dimensions : {1U, 2U, 15U, 16U, 17U, 144U}) {
      const auto values = random_mixture(count, dimensions, 7, count + dimensions);
      ItemSet some(count, ItemSet::Start::kEmpty);
      for (std::size_t i = 0; i < count; i += 3) some.insert(i);
      const Space space(Rows(values, dimensions), Metric::kEuclidean, 2);
      for (const std::size_t within : {1U, 5U, 300U}) {
        const float reach = reach_of(space, std::min(count, within));
        expect_plain(space, reach, {.count = 4, .threads = 3});
        expect_plain(space, reach, {.count = 1000, .among = &some, .threads = 1});
      }
    }
  }
}

TEST(ReachSearch, TakesTheReachInTheMetric) {
  const auto values = random_mixture(300, 40, 5, 1);
  const Space space(Rows(values, 40), Metric::kCosine, 1);
  for (const float reach : {0.0F, 0.05F, 0.7F, 2.0F}) {
    expect_plain(space, reach, {.count = 9, .threads = 2});
  }
}

// Where the numbers are large and the distances small, a projection is off by more than they are.
TEST(ReachSearch, LosesNothingByRounding) {
  auto values = random_values(std::size_t{400} * 60, 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = values[i] * 1e-3F + (i / 60 % 2 == 0 ? 4000.0F : -4000.0F);
  }
  const Space space(Rows(values, 60), Metric::kEuclidean, 1);
  for (const std::size_t within : {2U, 9U, 100U}) {
    expect_plain(space, reach_of(space, within), {.count = 20, .threads = 2});
  }
}

// More at one place than may wait to be measured.
TEST(ReachSearch, KeepsTheFirstOfManyThatAreEquallyNear) {
  std::vector<float> values(std::size_t{500} * 30, 0.5F);
  for (std::size_t d = 0; d < 30; ++d) values[std::size_t{250} * 30 + d] = 0.6F;
  const Space space(Rows(values, 30), Metric::kEuclidean, 1);
  for (const float reach : {0.0F, 10.0F}) expect_plain(space, reach, {.count = 16, .threads = 1});
}

}  // namespace
}  // namespace likeness
