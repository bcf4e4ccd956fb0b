#include "likeness/neighbours/relevance.hpp"

#include <algorithm>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

constexpr std::size_t kPairsOfTask = 8192;  // pairs of a task

}  // namespace

double Relevance::of(float distance) const {
  if (distances.empty()) return 1.0;
  const auto farther = distances.end() - std::ranges::upper_bound(distances, distance);
  return static_cast<double>(farther) / static_cast<double>(distances.size());
}

Relevance sample_relevance(const Space& space, const RelevanceOptions& options) {
  return sample_relevance(
      space.count(),
      [&](std::size_t item, std::size_t other) { return space.distance_between(item, other); },
      options);
}

ItemPairs sample_pairs(std::size_t count, const RelevanceOptions& options) {
  if (count < 2) return {};
  Random random(options.seed);
  ItemPairs pairs(options.pairs);
  for (auto& [item, other] : pairs) {
    item = random.below(count);
    other = (item + 1 + random.below(count - 1)) % count;
  }
  return pairs;
}

Relevance sample_relevance(std::size_t count, const DistanceBetween& distance,
                           const RelevanceOptions& options) {
  Relevance relevance;
  const ItemPairs pairs = sample_pairs(count, options);
  relevance.distances.resize(pairs.size());
  parallel_for((pairs.size() + kPairsOfTask - 1) / kPairsOfTask, options.threads,
               [&](std::size_t chunk) {
                 const std::size_t end = std::min(pairs.size(), (chunk + 1) * kPairsOfTask);
                 for (std::size_t i = chunk * kPairsOfTask; i < end; ++i) {
                   relevance.distances[i] = distance(pairs[i].first, pairs[i].second);
                 }
               });
  std::ranges::sort(relevance.distances);
  return relevance;
}

}  // namespace likeness
