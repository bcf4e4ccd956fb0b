// The plainest search: every item is measured. For the few queries that do not pay for codes.
#pragma once

#include <span>
#include <vector>

#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/exact_search.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

// What ExactSearch returns for one query, to the last bit. `placed_query` is one that the space has
// placed.
[[nodiscard]] std::vector<Neighbour> scan_nearest(const Space& space,
                                                  std::span<const float> placed_query,
                                                  const NearestOptions& options);

}  // namespace likeness
