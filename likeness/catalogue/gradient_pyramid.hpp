// Where a picture has edges, and which way they go, in cells of three sizes: the shape part of a
// descriptor.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"

namespace likeness {

struct PyramidLevel {
  Size cells;
  std::size_t orientations = 0;
  bool is_whole_turn = false;  // of a half turn, light on dark is the same as dark on light
};
// From fine to coarse, each of half as many cells a side as the one before.
inline constexpr std::array<PyramidLevel, 3> kPyramidLevels = {{
    {.cells = {.width = 12, .height = 16}, .orientations = 6},
    {.cells = {.width = 6, .height = 8}, .orientations = 12, .is_whole_turn = true},
    {.cells = {.width = 3, .height = 4}, .orientations = 24, .is_whole_turn = true},
}};
// The finest are told apart first: those of a level are sums of them.
inline constexpr std::size_t kPyramidDirections = 24;  // of a whole turn

// Which orientation of a level one of the finest directions belongs to.
[[nodiscard]] constexpr std::size_t orientation_of(const PyramidLevel& level,
                                                   std::size_t direction) noexcept {
  const std::size_t turn = level.is_whole_turn ? kPyramidDirections : kPyramidDirections / 2;
  return direction % turn * level.orientations / turn;
}

[[nodiscard]] constexpr std::size_t numbers_of(const PyramidLevel& level) noexcept {
  return static_cast<std::size_t>(level.cells.width) *
         static_cast<std::size_t>(level.cells.height) * level.orientations;
}
inline constexpr std::size_t kPyramidNumbers =
    numbers_of(kPyramidLevels[0]) + numbers_of(kPyramidLevels[1]) + numbers_of(kPyramidLevels[2]);

// 16 x 12 x 6, 8 x 6 x 12 and 4 x 3 x 24, one behind the other: how much edge of each orientation
// there is in each cell (a pyramid of histograms of oriented gradients, Bosch et al., CIVR 2007).
// Gradients are those of gradient_histogram(). A pixel counts by its gradient's size in one cell
// and, by nearness, in two directions, so that a small turn is a small difference. Of each level
// the square roots, and length 1. Zeros for a picture without any edge.
[[nodiscard]] std::vector<float> gradient_pyramid(const PixelView& picture);

}  // namespace likeness
