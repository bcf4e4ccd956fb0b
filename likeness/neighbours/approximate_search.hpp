// Approximate search for large catalogues: it finds nearly all of the nearest, far faster than
// reading every item.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/graphs.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

class ApproximateSearch {
 public:
  // The space must outlive the search. Throws Error::kUnavailable where memory is too short.
  ApproximateSearch(const Space& space, const GraphOptions& options);

  // About the `count` nearest items to a query that the space has placed, nearest first, at exactly
  // the distances that the exact search gives. `breadth` candidates are looked at in each graph:
  // more find more of the nearest. May return fewer than asked for. Safe to call from many threads.
  [[nodiscard]] std::vector<Neighbour> nearest(std::span<const float> placed_query,
                                               std::size_t count, std::size_t breadth) const;

 private:
  const Space* space_;
  std::unique_ptr<const Graphs> graphs_;
};

}  // namespace likeness
