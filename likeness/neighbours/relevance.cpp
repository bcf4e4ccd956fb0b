#include "likeness/neighbours/relevance.hpp"

#include <algorithm>

#include "likeness/base/random.hpp"

namespace likeness {

double Relevance::of(float distance) const {
  if (distances.empty()) return 1.0;
  const auto farther = distances.end() - std::ranges::upper_bound(distances, distance);
  return static_cast<double>(farther) / static_cast<double>(distances.size());
}

Relevance sample_relevance(const Space& space, const RelevanceOptions& options) {
  Relevance relevance;
  const std::size_t count = space.count();
  if (count < 2) return relevance;
  Random random(options.seed);
  relevance.distances.reserve(options.pairs);
  for (std::size_t i = 0; i < options.pairs; ++i) {
    const std::size_t item = random.below(count);
    const std::size_t other = (item + 1 + random.below(count - 1)) % count;
    relevance.distances.push_back(space.distance_between(item, other));
  }
  std::ranges::sort(relevance.distances);
  return relevance;
}

}  // namespace likeness
