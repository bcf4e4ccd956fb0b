// A picture as a JPEG stores it: brightness and two colour differences, each in a plane of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct Plane {
  Size size;                  // of the picture's samples
  std::size_t row_bytes = 0;  // from one row to the next: there may be padding between them
  // Sides of the picture's pixel block that one sample stands for: {2, 2} at half the resolution.
  Size pixels_per_sample{.width = 1, .height = 1};
  std::vector<std::uint8_t> samples;
};

struct Planes {
  Size size;                  // of the stored picture, in pixels
  int orientation = 1;        // as EXIF says, 1 to 8
  std::vector<Plane> planes;  // Y alone (grey), or Y, Cb and Cr as JFIF defines them
};

}  // namespace likeness
