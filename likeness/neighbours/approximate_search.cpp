#include "likeness/neighbours/approximate_search.hpp"

#include <algorithm>
#include <functional>

namespace likeness {

ApproximateSearch::ApproximateSearch(const Space& space, const GraphOptions& options)
    : space_(&space), graphs_(std::make_unique<const Graphs>(space, options)) {}

std::vector<Neighbour> ApproximateSearch::nearest(std::span<const float> placed_query,
                                                  std::size_t count, std::size_t breadth) const {
  std::vector<Neighbour> found;
  for (const std::size_t item : graphs_->nearest(placed_query, count, breadth)) {
    found.push_back({.item = item, .distance = space_->distance(placed_query.data(), item)});
  }
  std::ranges::sort(found, std::less());
  found.resize(std::min(found.size(), count));
  return found;
}

}  // namespace likeness
