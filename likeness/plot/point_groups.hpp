// Which groups of points a chart names, and in which colours: those of Okabe and Ito, which all
// eyes tell apart. However many values a tag has, a legend shows the most frequent ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace likeness {

struct PointGroup {
  std::string name;
  std::size_t points = 0;
  std::string colour;      // "#0072b2"
  std::size_t marker = 0;  // 0: dots; 1, 2: other shapes, once all colours are taken
};

struct PointGroups {
  std::vector<PointGroup> shown;        // most frequent first, then "N others", then "none"
  std::vector<std::uint32_t> of_point;  // a place in `shown` for each point
};

struct PointGroupOptions {
  std::size_t most = 8;  // so many are named, at most kMostGroups
};

inline constexpr std::size_t kMostGroups = 21;  // 7 colours x 3 shapes

// The value of each point: an empty one is "none". Equally frequent values are in the order of
// their bytes; a legend of clusters "1", "2" ... that are numbered by size keeps their order.
[[nodiscard]] PointGroups group_points(std::span<const std::string> values,
                                       const PointGroupOptions& options = {});

}  // namespace likeness
