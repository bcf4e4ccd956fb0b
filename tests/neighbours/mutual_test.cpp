#include "likeness/neighbours/mutual.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

double square_distance(const Rows& rows, std::size_t i, std::size_t j) {
  double sum = 0.0;
  for (std::size_t d = 0; d < rows.dimensions(); ++d) {
    const auto difference =
        static_cast<double>(rows.row(i)[d]) - static_cast<double>(rows.row(j)[d]);
    sum += difference * difference;
  }
  return sum;
}

// The other rows, nearest first.
std::vector<std::size_t> others_of(const Rows& rows, std::size_t row) {
  std::vector<std::pair<double, std::size_t>> far;
  far.reserve(rows.count());
  for (std::size_t other = 0; other < rows.count(); ++other) {
    if (other != row) far.emplace_back(square_distance(rows, row, other), other);
  }
  std::ranges::sort(far);
  std::vector<std::size_t> others;
  others.reserve(far.size());
  for (const auto& [distance, other] : far) others.push_back(other);
  return others;
}

std::vector<std::size_t> plain_neighbours(const Rows& rows, std::size_t count) {
  std::vector<std::size_t> neighbours;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto others = others_of(rows, i);
    for (std::size_t k = 0; k < count; ++k) {
      std::size_t kept = i;
      if (k < others.size()) {
        auto of_other = others_of(rows, others[k]);
        of_other.resize(std::min(of_other.size(), 2 * count));
        if (std::ranges::count(of_other, i) == 1) kept = others[k];
      }
      neighbours.push_back(kept);
    }
  }
  return neighbours;
}

TEST(MutualNeighbours, AreThePlainOnes) {
  for (const std::size_t rows : {1U, 2U, 7U, 61U, 200U}) {
    const auto values = random_values(rows * 5, rows);
    for (const std::size_t count : {1U, 2U, 5U}) {
      EXPECT_EQ(mutual_neighbours(Rows(values, 5), count, 2),
                plain_neighbours(Rows(values, 5), count))
          << rows << ", " << count;
    }
  }
}

TEST(MutualNeighbours, LeaveOutTheMiddleOfACrowd) {
  // Five around one: all of them are nearest to it, and it has only two among its two nearest.
  std::vector<float> values{0.0F, 0.0F};
  for (int i = 0; i < 5; ++i) {
    const double angle = 0.4 * std::numbers::pi * i;
    const double radius = 1.0 + 0.01 * i;
    values.push_back(static_cast<float>(radius * std::cos(angle)));
    values.push_back(static_cast<float>(radius * std::sin(angle)));
  }
  const auto neighbours = mutual_neighbours(Rows(values, 2), 1, 1);
  EXPECT_EQ(neighbours[0], 1U);
  EXPECT_EQ(std::ranges::count(neighbours, 0U), 2);
}

TEST(MutualNeighbours, AreNoneWhereNoneAreAskedFor) {
  EXPECT_TRUE(mutual_neighbours(Rows(random_values(10, 1), 5), 0, 1).empty());
}

}  // namespace
}  // namespace likeness
