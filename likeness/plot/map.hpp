// Thousands of thumbnails on one picture, like beside like: the catalogue at one glance.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct MapGrid {
  std::size_t columns = 0;
  std::size_t rows = 0;
};

// A grid for so many thumbnails of this size, about as wide as 4:3 and with few empty places.
[[nodiscard]] MapGrid map_grid(std::size_t count, Size thumbnail);

// A place of its own for each of N points: positions are N x 2, x to the right and y upwards, and
// only their order along both directions matters. Neighbours in the plane stay near each other. The
// grid has at least N places; place = row x columns + column, row 0 at the top.
[[nodiscard]] std::vector<std::size_t> map_places(std::span<const float> positions,
                                                  const MapGrid& grid);

struct MapOptions {
  Size thumbnail{.width = 36, .height = 48};
  int gap = 2;  // between thumbnails, and round all of them
};

inline constexpr std::size_t kMostMapPictures = 10'000;

// Asks for the picture of each point in turn and keeps none of them: memory is that of the map. A
// picture without pixels leaves its place empty.
[[nodiscard]] Image draw_map(std::span<const std::size_t> places, const MapGrid& grid,
                             const std::function<Image(std::size_t point)>& picture,
                             const MapOptions& options = {});

}  // namespace likeness
