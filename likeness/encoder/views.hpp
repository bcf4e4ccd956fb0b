// Views: a picture as it might have been taken, too. What stays the same between two views of a
// picture is what a descriptor by contrast learns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "likeness/base/random.hpp"

namespace likeness {

// How far a view may be from its picture, in each direction.
struct ViewLimits {
  double turn = 0.14;     // radians
  double scale = 0.12;    // of the logarithms of width and height, each for itself
  double shift_x = 0.06;  // shares of the width and the height
  double shift_y = 0.05;
  double gamma = 0.5;     // of its logarithm
  double contrast = 0.4;  // of its logarithm, about white
  bool flip = true;       // left and right, every other view
};

// A grey view of a colour picture (H, W, 3), written as one. What lies outside of the picture is
// its border repeated.
void draw_view(std::span<const std::uint8_t> picture, std::size_t height, std::size_t width,
               const ViewLimits& limits, Random& random, std::span<std::uint8_t> view);

}  // namespace likeness
