#include "likeness/catalogue/gradient_pyramid.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

// The luma that a pixel beyond the border is taken to have is that of the nearest within.
double plain_luma(const Image& image, int x, int y) {
  const Pixel pixel = pixel_at(image, std::clamp(x, 0, image.size.width - 1),
                               std::clamp(y, 0, image.size.height - 1));
  return 299.0 * pixel[0] + 587.0 * pixel[1] + 114.0 * pixel[2];
}

// Pixel by pixel, level by level, in double.
std::vector<double> plain_level(const Image& image, const PyramidLevel& level) {
  std::vector<double> numbers(numbers_of(level));
  double total = 0.0;
  for (int y = 0; y < image.size.height; ++y) {
    for (int x = 0; x < image.size.width; ++x) {
      const double across = plain_luma(image, x + 1, y) - plain_luma(image, x - 1, y);
      const double down = plain_luma(image, x, y + 1) - plain_luma(image, x, y - 1);
      const double strength = std::hypot(across, down);
      const double place = std::atan2(down, across) / (2 * std::numbers::pi) * 24.0 + 24.0;
      const int row = y * level.cells.height / image.size.height;
      const int column = x * level.cells.width / image.size.width;
      const auto cell =
          static_cast<std::size_t>(row) * static_cast<std::size_t>(level.cells.width) +
          static_cast<std::size_t>(column);
      for (const double direction : {std::floor(place), std::floor(place) + 1.0}) {
        const auto within = static_cast<std::size_t>(direction) % (level.is_whole_turn ? 24 : 12);
        const std::size_t orientation =
            within / ((level.is_whole_turn ? 24 : 12) / level.orientations);
        const double share = strength * (1.0 - std::abs(place - direction));
        numbers[cell * level.orientations + orientation] += share;
        total += share;
      }
    }
  }
  for (double& number : numbers) number = total > 0.0 ? std::sqrt(number / total) : 0.0;
  return numbers;
}

TEST(GradientPyramid, IsThePlainOneForPicturesOfAnySize) {
  for (const Size size : {Size{.width = 60, .height = 80}, Size{.width = 61, .height = 79},
                          Size{.width = 28, .height = 28}, Size{.width = 3, .height = 17},
                          Size{.width = 1, .height = 1}, Size{.width = 97, .height = 5}}) {
    for (const Image& image : {noise_image(size, 5), scene_image(size)}) {
      const auto found = gradient_pyramid(view_of(image));
      ASSERT_EQ(found.size(), kPyramidNumbers);
      auto at = found.begin();
      for (const PyramidLevel& level : kPyramidLevels) {
        // A square root makes much of little: of a rounded share of 1e-7 of an edge 3e-4.
        for (const double number : plain_level(image, level)) {
          EXPECT_NEAR(*at++, number, 1e-3) << size.width << "x" << size.height;
        }
      }
    }
  }
}

Image split(int column, Pixel left, Pixel right) {
  Image image = plain_image({.width = 60, .height = 80}, 0);
  for (int y = 0; y < 80; ++y) {
    for (int x = 0; x < 60; ++x) set_pixel(image, x, y, x < column ? left : right);
  }
  return image;
}

TEST(GradientPyramid, PutsAnEdgeInItsCellAndOrientationOfEachLevel) {
  const Pixel black{};
  const Pixel white{255, 255, 255};
  const auto brighter = gradient_pyramid(view_of(split(27, black, white)));
  const auto darker = gradient_pyramid(view_of(split(27, white, black)));
  std::size_t at = 0;
  for (const PyramidLevel& level : kPyramidLevels) {
    const auto columns = static_cast<std::size_t>(level.cells.width);
    const double there = std::sqrt(1.0 / level.cells.height);
    for (std::size_t i = 0; i < numbers_of(level); ++i, ++at) {
      const std::size_t orientation = i % level.orientations;
      const bool is_column = i / level.orientations % columns == 27 * columns / 60;
      const std::size_t backwards = level.is_whole_turn ? level.orientations / 2 : 0;
      EXPECT_NEAR(brighter[at], is_column && orientation == 0 ? there : 0.0, 1e-3) << at;
      EXPECT_NEAR(darker[at], is_column && orientation == backwards ? there : 0.0, 1e-3) << at;
    }
  }
}

TEST(GradientPyramid, IsZeroWithoutEdges) {
  const auto numbers = gradient_pyramid(view_of(plain_image({.width = 13, .height = 19}, 77)));
  EXPECT_EQ(numbers, std::vector<float>(kPyramidNumbers));
}

}  // namespace
}  // namespace likeness
