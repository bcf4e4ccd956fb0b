// A few points (centroids, candidates for one) laid out so that many rows are compared with them at
// once: the matrix product of rows and points, fused with what is asked of it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "likeness/neighbours/kernels.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

class PointPanels {
 public:
  explicit PointPanels(const Rows& points);

  [[nodiscard]] Panels view() const noexcept {
    return {.values = values_.data(),
            .halves = halves_.data(),
            .points = points_,
            .dimensions = dimensions_};
  }
  // The largest |point|^2 / 2.
  [[nodiscard]] float largest_half() const noexcept { return largest_half_; }

 private:
  std::size_t points_;
  std::size_t dimensions_;
  std::vector<float> values_;
  std::vector<float> halves_;
  float largest_half_ = 0.0F;
};

}  // namespace likeness
