// Where k-means begins: greedy k-means++ (Arthur and Vassilvitskii, SODA 2007, section 5).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

// Draws `clusters` different items as first centroids: the first at random, each further one the
// best of 2 + ln(clusters) drawn with a chance proportional to the squared distance from the
// nearest one so far. `squares` has |row|^2. The same for any number of threads.
[[nodiscard]] std::vector<std::size_t> seed_centroids(const Rows& rows,
                                                      std::span<const float> squares,
                                                      std::size_t clusters, Random& random,
                                                      std::size_t threads);

}  // namespace likeness
