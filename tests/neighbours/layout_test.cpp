#include "likeness/neighbours/layout.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"

namespace likeness {
namespace {

// Three clouds far from each other in five dimensions.
std::vector<float> clouds(std::size_t each) {
  Random random(7);
  std::vector<float> values;
  for (std::size_t i = 0; i < 3 * each; ++i) {
    for (std::size_t axis = 0; axis < 5; ++axis) {
      values.push_back(static_cast<float>(random.normal() + (axis == i % 3 ? 20.0 : 0.0)));
    }
  }
  return values;
}

TEST(PlaneLayout, KeepsNeighboursTogether) {
  const auto values = clouds(40);
  const auto plane = plane_layout(Rows(values, 5), {.threads = 1});
  ASSERT_EQ(plane.size(), 240);
  std::size_t right = 0;
  for (std::size_t i = 0; i < 120; ++i) {
    std::size_t nearest = i;
    double least = 1e30;
    for (std::size_t j = 0; j < 120; ++j) {
      if (j == i) continue;
      const double d = std::hypot(plane[2 * i] - plane[2 * j], plane[2 * i + 1] - plane[2 * j + 1]);
      if (d < least) {
        least = d;
        nearest = j;
      }
    }
    right += nearest % 3 == i % 3 ? 1 : 0;
  }
  EXPECT_EQ(right, 120);
}

TEST(PlaneLayout, IsTheSameForAnyNumberOfThreads) {
  const auto values = clouds(20);
  EXPECT_EQ(plane_layout(Rows(values, 5), {.threads = 1}),
            plane_layout(Rows(values, 5), {.threads = 3}));
}

TEST(PlaneLayout, TakesFewEqualAndOneDimensionalRows) {
  const std::vector<float> equal(30, 2.0F);
  for (const std::size_t dimensions : {1U, 3U, 15U, 30U}) {
    for (const float value : plane_layout(Rows(equal, dimensions), {.threads = 1})) {
      EXPECT_TRUE(std::isfinite(value));
    }
  }
  EXPECT_TRUE(plane_layout(Rows(std::span<const float>(), 3), {.threads = 1}).empty());
  const std::vector<float> bad = {1.0F, std::nanf("")};
  EXPECT_THROW((void)plane_layout(Rows(bad, 1), {.threads = 1}), Error);
}

}  // namespace
}  // namespace likeness
