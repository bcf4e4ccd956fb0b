// Items put together because they are the same or nearly: a group is what pairs connect.
#pragma once

#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {

// Of each item the first item of its group; an item that no pair names is a group of its own.
using Groups = std::vector<std::size_t>;

// The groups that the pairs of items connect, directly or through others.
[[nodiscard]] Groups connect(std::size_t items,
                             const std::vector<std::pair<std::size_t, std::size_t>>& pairs);

// Connects all items at most `distance` apart. Exact where the search is.
[[nodiscard]] Groups group_within(const Search& search, float distance,
                                  std::size_t threads = available_threads());

}  // namespace likeness
