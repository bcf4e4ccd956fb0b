#include "likeness/catalogue/orientation.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace likeness {
namespace {

constexpr std::ptrdiff_t kChannels = 3;

// Where the upright picture's pixels lie in the stored one: the first, and how far on the next in
// a row and in a column are.
struct Walk {
  std::ptrdiff_t first = 0;
  std::ptrdiff_t right = 0;
  std::ptrdiff_t down = 0;
};

Walk walk_of(Size stored, int orientation) {
  const std::ptrdiff_t pixel = kChannels;
  const std::ptrdiff_t row = kChannels * stored.width;
  const std::ptrdiff_t top_right = row - pixel;
  const std::ptrdiff_t bottom_left = row * (stored.height - std::ptrdiff_t{1});
  const std::ptrdiff_t bottom_right = bottom_left + top_right;
  const std::array<Walk, 9> walks = {{
      {},
      {.first = 0, .right = pixel, .down = row},
      {.first = top_right, .right = -pixel, .down = row},
      {.first = bottom_right, .right = -pixel, .down = -row},
      {.first = bottom_left, .right = pixel, .down = -row},
      {.first = 0, .right = row, .down = pixel},
      {.first = bottom_left, .right = -row, .down = pixel},
      {.first = bottom_right, .right = -row, .down = -pixel},
      {.first = top_right, .right = row, .down = -pixel},
  }};
  return walks.at(static_cast<std::size_t>(orientation));
}

}  // namespace

Size turned(Size size, int orientation) noexcept {
  if (orientation >= 5 && orientation <= 8) std::swap(size.width, size.height);
  return size;
}

Image upright(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const Walk walk = walk_of(image.size, orientation);
  Image result{.size = turned(image.size, orientation), .pixels = {}};
  result.pixels.resize(image.pixels.size());
  std::uint8_t* to = result.pixels.data();
  for (std::ptrdiff_t y = 0; y < result.size.height; ++y) {
    const std::uint8_t* from = image.pixels.data() + walk.first + y * walk.down;
    for (int x = 0; x < result.size.width; ++x, from += walk.right) {
      for (std::ptrdiff_t c = 0; c < kChannels; ++c) *to++ = from[c];
    }
  }
  return result;
}

}  // namespace likeness
