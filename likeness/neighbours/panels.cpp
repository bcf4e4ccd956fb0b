#include "likeness/neighbours/panels.hpp"

#include <algorithm>
#include <limits>

namespace likeness {

PointPanels::PointPanels(const Rows& points)
    : points_(points.count()), dimensions_(points.dimensions()) {
  const std::size_t panels = (points.count() + kPanelCentroids - 1) / kPanelCentroids;
  values_.resize(panels * kPanelCentroids * dimensions_);
  halves_.assign(panels * kPanelCentroids, std::numeric_limits<float>::infinity());
  for (std::size_t k = 0; k < points.count(); ++k) {
    float* column =
        values_.data() + k / kPanelCentroids * kPanelCentroids * dimensions_ + k % kPanelCentroids;
    double square = 0.0;
    for (const float value : points.row(k)) {
      *column = value;
      column += kPanelCentroids;
      square += double{value} * double{value};
    }
    halves_[k] = static_cast<float>(square / 2.0);
    largest_half_ = std::max(largest_half_, halves_[k]);
  }
}

}  // namespace likeness
