// Pictures that the tests make up, and the plain truth that fast code is compared with.
#pragma once

#include <array>
#include <cstdint>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/image.hpp"

namespace likeness {

using Pixel = std::array<std::uint8_t, 3>;

[[nodiscard]] Image plain_image(Size size, std::uint8_t level);
[[nodiscard]] Image noise_image(Size size, std::uint64_t seed);
// Smooth colours with edges and stripes: what a photograph does to a filter.
[[nodiscard]] Image scene_image(Size size);

// The image outlives it.
[[nodiscard]] PixelView view_of(const Image& image);

[[nodiscard]] Pixel pixel_at(const Image& image, int x, int y);
void set_pixel(Image& image, int x, int y, Pixel pixel);

// The triangle filter as its definition says, in double, pixel by pixel.
[[nodiscard]] Image plain_resize(const Image& image, Size size);

struct Difference {
  double mean = 0.0;
  double largest = 0.0;
};
[[nodiscard]] Difference compare(const Image& a, const Image& b);

}  // namespace likeness
