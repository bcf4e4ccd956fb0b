// A picture as its file stores it, decoded but not yet sRGB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Interleaved 8-bit samples: 1 a pixel is grey, 3 are RGB, 4 CMYK (0 is no ink).
struct StoredPicture {
  Size size;
  int channels = 3;
  std::vector<std::uint8_t> samples;  // height x width x channels
  std::vector<std::byte> profile;     // ICC; empty: none
};

}  // namespace likeness
