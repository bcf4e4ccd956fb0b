// The latent space as a static picture: points in three dimensions, two or one, coloured by group.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/plot/chart.hpp"
#include "likeness/plot/point_groups.hpp"

namespace likeness {

struct LatentAxis {
  std::string name;                      // "latent 1", "component 1"
  std::optional<double> variance_share;  // 0 to 1, of all the latents' variance
};

struct LatentPoints {
  std::span<const float> positions;     // N x D, row by row, all finite
  std::vector<LatentAxis> axes;         // D of them: 1, 2 or 3
  const PointGroups* groups = nullptr;  // of the N points; none: all in one colour
  std::string title;                    // such as "1,000 of 39,000 items, model compact-10"
  std::string legend;                   // what the groups are: "cluster", or a tag's name
};

inline constexpr std::size_t kMostLatentPoints = 10'000;

// At least one point, at most kMostLatentPoints. Scales are the same on all axes where that does
// not flatten one of them beyond a third.
[[nodiscard]] ChartScript latent_chart(const LatentPoints& points);

}  // namespace likeness
