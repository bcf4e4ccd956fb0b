// Principal components: the directions in which vectors differ most. The baseline that a learned
// latent of the same size has to beat.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct Pca {
  std::size_t dimensions = 0;     // of the rows that it was fitted to
  std::vector<float> mean;        // D
  std::vector<float> components;  // K x D, each of length 1, most variance first
  std::vector<float> variances;   // K, of the rows along each component
  double variance = 0.0;          // of the rows along all D

  // N x K: each row less the mean, along each component.
  [[nodiscard]] std::vector<float> project(const Rows& rows,
                                           std::size_t threads = available_threads()) const;
};

// From the covariance matrix, so exact: D^2 numbers and N D^2 steps, seconds for D = 1,000. Each
// component's largest number is positive, so that the signs are fixed. The same for any number of
// threads. Throws Error::kInput for rows that are not usable, no rows, more components than
// dimensions, or more than kMostPcaDimensions.
inline constexpr std::size_t kMostPcaDimensions = 4096;
[[nodiscard]] Pca fit_pca(const Rows& rows, std::size_t components,
                          std::size_t threads = available_threads());

}  // namespace likeness
