// What a distance means in this shop: the share of random pairs of its items that are farther
// apart. 0.999 says "nearer than 99.9 % of pairs", whatever the model and its scale.
#pragma once

#include <cstddef>
#include <cstdint>
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

[[nodiscard]] Relevance sample_relevance(const Space& space, const RelevanceOptions& options = {});

}  // namespace likeness
