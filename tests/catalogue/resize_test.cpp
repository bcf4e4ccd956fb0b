#include "likeness/catalogue/resize.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

Size sized(int width, int height) { return {.width = width, .height = height}; }

TEST(Resize, AgreesWithThePlainReferenceOnOddSizes) {
  const std::vector<Size> sizes = {sized(1, 1),   sized(3, 17),  sized(17, 3),  sized(1, 101),
                                   sized(60, 80), sized(97, 89), sized(251, 7), sized(400, 533)};
  for (const Size from : sizes) {
    const Image image = noise_image(from, 7);
    for (const Size to : sizes) {
      const Difference difference =
          compare(resize(image, to, Fit::kStretch), plain_resize(image, to));
      EXPECT_LE(difference.largest, 1.0)
          << from.width << "x" << from.height << " to " << to.width << "x" << to.height;
    }
  }
}

TEST(Resize, KeepsTheMeanOfAnExtremelyLongPicture) {
  const Image image = noise_image({.width = 200'003, .height = 1}, 3);
  const Difference difference = compare(resize(image, {.width = 3, .height = 2}, Fit::kStretch),
                                        plain_resize(image, {.width = 3, .height = 2}));
  EXPECT_LE(difference.largest, 2.0);
}

TEST(Resize, CopiesAPictureThatHasTheSizeAlready) {
  const Image image = noise_image({.width = 60, .height = 80}, 1);
  for (const Fit fit : {Fit::kStretch, Fit::kPad, Fit::kCrop}) {
    EXPECT_EQ(resize(image, image.size, fit).pixels, image.pixels);
  }
}

TEST(Resize, KeepsAPlainColourExactly) {
  for (const int level : {0, 1, 127, 254, 255}) {
    const Image image = plain_image({.width = 37, .height = 41}, static_cast<std::uint8_t>(level));
    const Image result = resize(image, {.width = 11, .height = 90}, Fit::kCrop);
    EXPECT_TRUE(std::ranges::all_of(result.pixels, [&](int value) { return value == level; }));
  }
}

TEST(Resize, PadsWithWhiteOnBothSidesAlike) {
  const Image image = plain_image({.width = 10, .height = 40}, 0);
  const Image result = resize(image, {.width = 30, .height = 20}, Fit::kPad);
  ASSERT_EQ(result.size, (Size{.width = 30, .height = 20}));
  for (int x = 0; x < 30; ++x) {
    const bool picture = x >= 12 && x < 17;  // 5 wide, 12 white before and 13 after
    EXPECT_EQ(pixel_at(result, x, 10)[0], picture ? 0 : 255) << x;
    EXPECT_EQ(pixel_at(result, x, 0)[1], picture ? 0 : 255) << x;
  }
}

TEST(Resize, CropsTheMiddle) {
  Image image = plain_image({.width = 40, .height = 10}, 0);
  for (int y = 0; y < 10; ++y) {
    for (int x = 15; x < 25; ++x) set_pixel(image, x, y, {200, 100, 50});
  }
  const Image result = resize(image, {.width = 5, .height = 5}, Fit::kCrop);
  EXPECT_EQ(pixel_at(result, 2, 2), (Pixel{200, 100, 50}));
  EXPECT_GT(pixel_at(result, 0, 0)[0], 150);  // only the filter's foot reaches the black
}

TEST(Fit, IsNamedAndFoundByItsName) {
  for (const Fit fit : {Fit::kStretch, Fit::kPad, Fit::kCrop})
    EXPECT_EQ(fit_named(name_of(fit)), fit);
  EXPECT_FALSE(fit_named("Crop").has_value());
}

}  // namespace
}  // namespace likeness
