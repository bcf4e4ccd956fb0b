// Made-up vectors and the plain loops that the fast versions are compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/neighbour.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

inline std::vector<float> random_values(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (auto& value : values) value = static_cast<float>(random.normal());
  return values;
}

// `groups` round heaps of points, point i in the one of i % groups, whose centres have this spread:
// what latents look like, roughly.
inline std::vector<float> random_mixture(std::size_t count, std::size_t dimensions,
                                         std::size_t groups, std::uint64_t seed,
                                         float spread = 5.0F) {
  const auto centres = random_values(groups * dimensions, seed + 1);
  auto values = random_values(count * dimensions, seed);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      values[i * dimensions + d] += spread * centres[i % groups * dimensions + d];
    }
  }
  return values;
}

inline double plain_distance(Metric metric, std::span<const float> a, std::span<const float> b) {
  double square = 0.0;
  double dot = 0.0;
  double length_a = 0.0;
  double length_b = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i];
    const double y = b[i];
    square += (x - y) * (x - y);
    dot += x * y;
    length_a += x * x;
    length_b += y * y;
  }
  if (metric == Metric::kEuclidean) return std::sqrt(square);
  return 1.0 - dot / std::sqrt(length_a * length_b);
}

// The double loop over distance(), every item measured and all of them sorted.
inline std::vector<Neighbour> plain_nearest(Metric metric, const Rows& rows,
                                            std::span<const float> query, std::size_t count,
                                            const ItemSet* among) {
  std::vector<Neighbour> all;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    if (among != nullptr && !among->contains(i)) continue;
    all.push_back({.item = i, .distance = distance(metric, query, rows.row(i))});
  }
  std::ranges::sort(all, std::less());
  all.resize(std::min(count, all.size()));
  return all;
}

}  // namespace likeness
