// How much of a graph is to be looked at for a query with a filter.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "likeness/neighbours/exact_search.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

// About the `count` nearest of a graph, of `breadth` candidates.
using GraphNearest = std::function<std::vector<Neighbour>(std::size_t count, std::size_t breadth)>;

// How many candidates are to be looked at for ten neighbours in each of so many files that are
// searched side by side: of many each has few of them.
[[nodiscard]] std::size_t breadth_of_each(std::size_t files);

// The nearest of a graph of `items` items among the `matching` ones of options.among, of which so
// many are asked for that enough should match, and at least `breadth` candidates looked at. Too few
// or nothing where the exact search is faster.
[[nodiscard]] std::vector<Neighbour> nearest_matching(const GraphNearest& nearest,
                                                      std::size_t items, std::size_t matching,
                                                      const NearestOptions& options,
                                                      std::size_t breadth = breadth_of_each(1));

}  // namespace likeness
