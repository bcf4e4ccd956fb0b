#include "likeness/neighbours/distance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

TEST(Distance, AgreesWithThePlainLoopForEveryNumberOfDimensions) {
  for (std::size_t dimensions = 1; dimensions <= 129; ++dimensions) {
    const auto values = random_values(2 * dimensions, dimensions);
    const Rows rows(values, dimensions);
    for (const Metric metric : {Metric::kEuclidean, Metric::kCosine}) {
      const double plain = plain_distance(metric, rows.row(0), rows.row(1));
      EXPECT_NEAR(distance(metric, rows.row(0), rows.row(1)), plain, 2e-6 * (1.0 + plain));
    }
  }
}

TEST(Distance, OfAVectorToItselfIsExactlyZeroAndOfTwoIsTheSameBothWays) {
  for (const std::size_t dimensions : {1U, 3U, 17U, 100U, 129U}) {
    const auto values = random_values(2 * dimensions, 7);
    const Rows rows(values, dimensions);
    for (const Metric metric : {Metric::kEuclidean, Metric::kCosine}) {
      EXPECT_EQ(distance(metric, rows.row(0), rows.row(0)), 0.0F);
      EXPECT_EQ(distance(metric, rows.row(0), rows.row(1)),
                distance(metric, rows.row(1), rows.row(0)));
    }
  }
}

TEST(Distance, IsAccurateForNearVectorsFarFromTheOrigin) {
  const std::vector<float> a(64, 1000.0F);
  auto b = a;
  b[3] += 0.125F;
  EXPECT_EQ(distance(Metric::kEuclidean, a, b), 0.125F);
}

// Equal differences are summed up with the same rounding each time: the worst that can happen.
TEST(Distance, IsOffByNoMoreThanItsRounding) {
  for (const std::size_t dimensions : {1U, 3U, 17U, 128U, 500U, 4096U}) {
    const std::vector<float> zeros(dimensions);
    for (int i = 1; i <= 200; ++i) {
      const std::vector<float> equal(dimensions, 1.0F + static_cast<float>(i) * 0.00437F);
      const double exact = plain_distance(Metric::kEuclidean, zeros, equal);
      const double found = distance(Metric::kEuclidean, zeros, equal);
      EXPECT_LE(std::abs(found - exact) / exact, rounding_of_distances(dimensions)) << dimensions;
    }
  }
}

TEST(Distance, OfZerosUnderTheCosineIsOneHalf) {
  const std::vector<float> zeros(5);
  const std::vector<float> other{0.0F, 3.0F, 0.0F, 4.0F, 0.0F};
  EXPECT_FLOAT_EQ(distance(Metric::kCosine, zeros, other), 0.5F);
  EXPECT_EQ(distance(Metric::kCosine, zeros, zeros), 0.0F);
}

// What the space says of rows of 3 numbers that it does not take.
std::string refusal(const std::vector<float>& values) {
  try {
    const Space space(Rows(values, 3), Metric::kEuclidean, 1);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

TEST(Space, RefusesNumbersThatHaveNoDistance) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1e30F}) {
    auto values = random_values(12, 1);
    const Space space(Rows(values, 3), Metric::kEuclidean, 1);
    values[7] = bad;
    EXPECT_EQ(refusal(values),
              "items: row 2 holds a number that is infinite, not a number or beyond "
              "1e15; make these vectors again");
    EXPECT_THROW((void)space.place(Rows(values, 3)), Error);
  }
}

}  // namespace
}  // namespace likeness
