#include "tests/catalogue/pictures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

std::size_t offset_of(const Image& image, int x, int y) {
  return 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.size.width) +
              static_cast<std::size_t>(x));
}

// The weight of each old pixel in each new one; pixels outside the picture do not count.
std::vector<std::vector<std::pair<int, double>>> triangle_weights(int old_length, int new_length) {
  const double step = static_cast<double>(old_length) / new_length;
  const double radius = std::max(1.0, step);
  std::vector<std::vector<std::pair<int, double>>> weights(static_cast<std::size_t>(new_length));
  for (int i = 0; i < new_length; ++i) {
    const double centre = (i + 0.5) * step;
    double total = 0.0;
    auto& row = weights[static_cast<std::size_t>(i)];
    for (int x = 0; x < old_length; ++x) {
      const double weight = 1.0 - std::abs(x + 0.5 - centre) / radius;
      if (weight <= 0.0) continue;
      row.emplace_back(x, weight);
      total += weight;
    }
    for (auto& [x, weight] : row) weight /= total;
  }
  return weights;
}

}  // namespace

Image plain_image(Size size, std::uint8_t level) {
  Image image{.size = size, .pixels = {}};
  image.pixels.assign(
      3 * static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), level);
  return image;
}

Image noise_image(Size size, std::uint64_t seed) {
  Image image = plain_image(size, 0);
  Random random(seed);
  for (auto& value : image.pixels) value = static_cast<std::uint8_t>(random.below(256));
  return image;
}

Image scene_image(Size size) {
  Image image = plain_image(size, 255);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double u = static_cast<double>(x) / size.width;
      const double v = static_cast<double>(y) / size.height;
      if (std::hypot(u - 0.5, v - 0.5) > 0.4) continue;
      const double stripe = std::sin(60.0 * u) > 0.0 ? 1.0 : 0.7;
      set_pixel(image, x, y,
                {static_cast<std::uint8_t>(250.0 * u * stripe),
                 static_cast<std::uint8_t>(200.0 * v), static_cast<std::uint8_t>(180.0 * stripe)});
    }
  }
  return image;
}

PixelView view_of(const Image& image) { return {.size = image.size, .pixels = image.pixels}; }

Pixel pixel_at(const Image& image, int x, int y) {
  const std::size_t offset = offset_of(image, x, y);
  return {image.pixels.at(offset), image.pixels.at(offset + 1), image.pixels.at(offset + 2)};
}

void set_pixel(Image& image, int x, int y, Pixel pixel) {
  std::ranges::copy(pixel,
                    image.pixels.begin() + static_cast<std::ptrdiff_t>(offset_of(image, x, y)));
}

Image plain_resize(const Image& image, Size size) {
  const auto columns = triangle_weights(image.size.width, size.width);
  const auto rows = triangle_weights(image.size.height, size.height);
  Image result = plain_image(size, 0);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::array<double, 3> sums{};
      for (const auto& [from_y, row_weight] : rows[static_cast<std::size_t>(y)]) {
        for (const auto& [from_x, column_weight] : columns[static_cast<std::size_t>(x)]) {
          const std::size_t offset = offset_of(image, from_x, from_y);
          for (std::size_t c = 0; c < 3; ++c) {
            sums[c] += row_weight * column_weight * image.pixels[offset + c];
          }
        }
      }
      set_pixel(result, x, y,
                {static_cast<std::uint8_t>(std::lround(sums[0])),
                 static_cast<std::uint8_t>(std::lround(sums[1])),
                 static_cast<std::uint8_t>(std::lround(sums[2]))});
    }
  }
  return result;
}

Difference compare(const Image& a, const Image& b) {
  EXPECT_EQ(a.size, b.size);
  EXPECT_EQ(a.pixels.size(), b.pixels.size());
  Difference difference;
  for (std::size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); ++i) {
    const double distance = std::abs(int{a.pixels[i]} - int{b.pixels[i]});
    difference.mean += distance / static_cast<double>(a.pixels.size());
    difference.largest = std::max(difference.largest, distance);
  }
  return difference;
}

}  // namespace likeness
