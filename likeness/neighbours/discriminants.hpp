// Linear discriminants without labels: what tells items apart, beside what does not matter.
#pragma once

#include <cstddef>

#include "likeness/neighbours/linear_map.hpp"

namespace likeness {

// The `count` directions v in which items (N, D) vary most for how much two views of one item
// differ: of the largest v'Cv / v'(W + rI)v, where C is the items' covariance, W half the mean
// product of the differences (M, D), and r, so that what never differs counts no more than it
// should, a part of the items' mean variance. Each v is scaled to v'(W + rI)v = 1. (Fisher's
// discriminants, 1936, each item being a class of its own.)
//
// By eight rounds of orthogonal iteration from a fixed start: the space of the directions is as
// good as exact, and the same for any number of threads. Directions beyond those in which items
// vary at all are 0. D^2 numbers and (N + M) D^2 steps; where N + M is smaller than D, no more than
// (N + M) D numbers. Throws Error::kInput for rows that are not usable.
[[nodiscard]] LinearMap fit_discriminants(const Rows& items, const Rows& differences,
                                          std::size_t count, std::size_t threads);

}  // namespace likeness
