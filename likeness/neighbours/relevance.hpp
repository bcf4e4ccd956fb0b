// What a distance means in this shop: the share of random pairs of its items that are farther
// apart. 0.999 says "nearer than 99.9 % of pairs", whatever the model and its scale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/distance.hpp"

namespace likeness {

struct RelevanceOptions {
  std::size_t pairs = 100'000;
  std::uint64_t seed = 1;
  std::size_t threads = available_threads();
};

struct Relevance {
  std::vector<float> distances;  // of random pairs of different items, ascending

  // From 0 to 1; 1 for every distance where there are no pairs.
  [[nodiscard]] double of(float distance) const;
};

// The pairs of items with the numbers from 0 to `count` that are measured; none of fewer than two.
using ItemPairs = std::vector<std::pair<std::size_t, std::size_t>>;
[[nodiscard]] ItemPairs sample_pairs(std::size_t count, const RelevanceOptions& options = {});

// Of items with the numbers from 0 to `count`, whose distances may be asked by several threads.
using DistanceBetween = std::function<float(std::size_t item, std::size_t other)>;
[[nodiscard]] Relevance sample_relevance(std::size_t count, const DistanceBetween& distance,
                                         const RelevanceOptions& options = {});
[[nodiscard]] Relevance sample_relevance(const Space& space, const RelevanceOptions& options = {});

}  // namespace likeness
