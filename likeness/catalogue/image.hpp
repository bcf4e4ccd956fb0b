// A picture in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace likeness {

// Width before height, as people write it: 60x80.
struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

inline constexpr std::ptrdiff_t kImageChannels = 3;  // red, green and blue

// Interleaved 8-bit sRGB, row by row, without padding: height x width x 3 bytes.
struct Image {
  Size size;
  std::vector<std::uint8_t> pixels;
};

}  // namespace likeness
