#include "likeness/catalogue/triangle_filter.hpp"

#include <algorithm>
#include <cmath>

namespace likeness {

TriangleFilter::TriangleFilter(int old_length, SideInterval source, int new_length,
                               std::size_t multiple) {
  const double step = source.length / new_length;
  const double radius = std::max(1.0, step);
  const auto pixels = static_cast<std::size_t>(new_length);
  firsts_.reserve(pixels);
  starts_.reserve(pixels);
  weights_.reserve(pixels * (static_cast<std::size_t>(2.0 * radius) + 1 + multiple));
  for (int i = 0; i < new_length; ++i) {
    const double centre = source.begin + (i + 0.5) * step;
    const int first = std::max(0, static_cast<int>(std::floor(centre - radius + 0.5)));
    const int end = std::min(old_length, static_cast<int>(std::floor(centre + radius + 0.5)));
    add(first, end, centre, radius);
    weights_.resize((weights_.size() + multiple - 1) / multiple * multiple);
  }
}

// Rounds the running sum, not each weight: the sum is exact, and a million tiny weights do not all
// become zero.
void TriangleFilter::add(int first, int end, double centre, double radius) {
  const auto weight = [&](int x) { return std::max(0.0, radius - std::abs(x + 0.5 - centre)); };
  double total = 0.0;
  for (int x = first; x < end; ++x) total += weight(x);
  const double scale = (1 << kWeightBits) / total;
  firsts_.push_back(static_cast<std::size_t>(first));
  starts_.push_back(weights_.size());
  double sum = 0.0;
  std::int32_t given = 0;
  for (int x = first; x < end; ++x) {
    sum += weight(x);
    const auto reached = static_cast<std::int32_t>(std::lround(sum * scale));
    weights_.push_back(static_cast<std::int16_t>(reached - given));
    given = reached;
  }
}

}  // namespace likeness
