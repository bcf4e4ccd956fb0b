// Neighbours that have each other: what is near, without the middle of a crowd being near to all.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/neighbours/rows.hpp"

namespace likeness {

// (N, count): for each row the `count` nearest others, nearest first, of which each has the row
// among its own 2 * count nearest; the row itself stands for one that has not. Throws as check_rows
// does.
[[nodiscard]] std::vector<std::size_t> mutual_neighbours(const Rows& rows, std::size_t count,
                                                         std::size_t threads);

}  // namespace likeness
