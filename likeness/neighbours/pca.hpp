// Principal components: the directions in which vectors differ most. The baseline that a learned
// latent of the same size has to beat.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/neighbours/linear_map.hpp"

namespace likeness {

// The directions are of length 1, and ordered by variance.
struct Pca : LinearMap {
  std::vector<float> variances;  // K, of the rows along each direction
  double variance = 0.0;         // of the rows along all D
};

// From the covariance matrix, so exact: D^2 numbers and N D^2 steps, seconds for D = 1,000; of
// fewer rows than D, and fewer components, in the space that they span, which is done at once. Each
// component's largest number is positive, so that the signs are fixed. The same for any number of
// threads. Throws Error::kInput for rows that are not usable, no rows, more components than
// dimensions, or more than kMostPcaDimensions.
inline constexpr std::size_t kMostPcaDimensions = 4096;
[[nodiscard]] Pca fit_pca(const Rows& rows, std::size_t components,
                          std::size_t threads = available_threads());

}  // namespace likeness
