#include "likeness/neighbours/item_set.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

TEST(ItemSet, BehavesLikeASetOfNumbers) {
  Random random(1);
  for (const std::size_t size : {1U, 63U, 64U, 65U, 200U}) {
    ItemSet bitmap(size, ItemSet::Start::kEmpty);
    std::set<std::size_t> plain;
    for (int i = 0; i < 300; ++i) {
      const std::size_t item = random.below(size);
      if (random.below(3) == 0) {
        bitmap.erase(item);
        plain.erase(item);
      } else {
        bitmap.insert(item);
        plain.insert(item);
      }
      EXPECT_EQ(bitmap.count(), plain.size());
    }
    EXPECT_EQ(bitmap.items(), std::vector<std::size_t>(plain.begin(), plain.end()));
  }
}

TEST(ItemSet, StartsFullWithoutBitsBeyondItsSize) {
  for (const std::size_t size : {0U, 1U, 64U, 100U}) {
    EXPECT_EQ(ItemSet(size, ItemSet::Start::kFull).count(), size);
  }
}

TEST(ItemSet, IntersectionKeepsWhatBothHold) {
  ItemSet even(100, ItemSet::Start::kEmpty);
  for (std::size_t i = 0; i < 100; i += 2) even.insert(i);
  ItemSet thirds(100, ItemSet::Start::kEmpty);
  for (std::size_t i = 0; i < 100; i += 3) thirds.insert(i);
  even.intersect(thirds);
  EXPECT_EQ(even.count(), 17U);
  EXPECT_TRUE(even.contains(96));
  EXPECT_FALSE(even.contains(98));
}

}  // namespace
}  // namespace likeness
