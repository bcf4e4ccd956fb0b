#include "likeness/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace likeness {
namespace {

TEST(Random, SameSeedGivesTheSameNumbersEverywhere) {
  Random random(1);
  EXPECT_EQ(random.next(), 0xcfc5d07f6f03c29bULL);
  EXPECT_EQ(Random(2).next(), Random(2).next());
  EXPECT_NE(Random(2).next(), Random(3).next());
}

TEST(Random, GoesOnFromItsState) {
  Random random(7);
  (void)random.next();
  Random resumed(random.state());
  EXPECT_EQ(resumed.next(), random.next());
}

TEST(Random, HasTheMomentsItPromises) {
  Random random(1);
  constexpr int kDraws = 100000;
  double uniform = 0.0;
  double normal = 0.0;
  double squares = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    uniform += random.uniform();
    const double value = random.normal();
    normal += value;
    squares += value * value;
    EXPECT_LT(random.below(3), 3U);
  }
  EXPECT_NEAR(uniform / kDraws, 0.5, 0.005);
  EXPECT_NEAR(normal / kDraws, 0.0, 0.015);
  EXPECT_NEAR(squares / kDraws, 1.0, 0.02);
}

TEST(Random, ShuffleKeepsEveryValue) {
  std::vector<int> values(100);
  std::iota(values.begin(), values.end(), 0);
  auto shuffled = values;
  Random(1).shuffle(std::span(shuffled));
  EXPECT_NE(shuffled, values);
  std::ranges::sort(shuffled);
  EXPECT_EQ(shuffled, values);
}

}  // namespace
}  // namespace likeness
