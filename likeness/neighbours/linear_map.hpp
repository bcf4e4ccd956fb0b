// Fewer numbers of many: a vector less a mean, along some directions.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct LinearMap {
  std::size_t dimensions = 0;     // D, of the rows that it was fitted to
  std::vector<float> mean;        // D
  std::vector<float> directions;  // K x D, the most telling first

  [[nodiscard]] std::size_t count() const noexcept { return directions.size() / dimensions; }  // K
  // N x K: each row less the mean, along each direction.
  [[nodiscard]] std::vector<float> project(const Rows& rows,
                                           std::size_t threads = available_threads()) const;
};

// Rows (N x D) as far as what was made of them (N x K) tells them, by least squares: a row is about
// offset + p B, where p (K) was made of it.
struct WayBack {
  std::vector<float> directions;  // B: K x D
  std::vector<float> offset;      // D
};
[[nodiscard]] WayBack fit_way_back(const Rows& numbers, const Rows& rows);

}  // namespace likeness
