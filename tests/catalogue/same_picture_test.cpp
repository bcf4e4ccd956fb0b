#include "likeness/catalogue/same_picture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/resize.hpp"
#include "tests/catalogue/picture_files.hpp"
#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

constexpr Size kOriginal{.width = 240, .height = 320};
constexpr Size kPacked{.width = 60, .height = 80};

bool are_same(const PixelView& a, const PixelView& b) {
  const auto outline_of_a = outline(a);
  const auto outline_of_b = outline(b);
  const OutlinedPicture one{.pixels = a, .outline = outline_of_a};
  const OutlinedPicture other{.pixels = b, .outline = outline_of_b};
  const bool same = PictureComparison(one).is_same(other);
  EXPECT_EQ(PictureComparison(other).is_same(one), same) << "depends on the order";
  return same;
}

bool are_same(const Image& a, const Image& b) {
  const bool same = are_same(view_of(a), view_of(b));
  const auto small_a = compared_colours(view_of(a));
  const auto small_b = compared_colours(view_of(b));
  EXPECT_EQ(are_same(PixelView{.size = kComparedCells, .pixels = small_a},
                     PixelView{.size = kComparedCells, .pixels = small_b}),
            same)
      << "depends on what a comparison does not look at";
  return same;
}

float sketch_distance(const Image& a, const Image& b) {
  const auto first = sketch(view_of(a));
  const auto second = sketch(view_of(b));
  float squares = 0.0F;
  for (std::size_t i = 0; i < first.size(); ++i) squares += std::pow(first[i] - second[i], 2.0F);
  return std::sqrt(squares);
}

Image cropped(const Image& image, int left, int top, Size size) {
  Image part = plain_image(size, 0);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      set_pixel(part, x, y, pixel_at(image, x + left, y + top));
    }
  }
  return part;
}

Image packed(const Image& image) { return resize(image, kPacked, Fit::kStretch); }

// A light thing on white, as shops show it: most of the picture is the same in all of them.
Image thing(int width, Pixel colour) {
  Image image = plain_image(kOriginal, 255);
  for (int y = 60; y < 260; ++y) {
    for (int x = 120 - width / 2; x < 120 + width / 2; ++x) set_pixel(image, x, y, colour);
  }
  return image;
}

class SamePicture : public testing::Test {
 protected:
  Image original_ = scene_image(kOriginal);
  Image packed_ = packed(original_);
};

TEST_F(SamePicture, IsFoundReencoded) {
  for (const char* suffix : {".jpg[Q=45]", ".jpg[Q=75]", ".webp[Q=60]"}) {
    const Image again = decode_image(picture_file(original_, {.suffix = suffix}));
    EXPECT_TRUE(are_same(packed_, packed(again))) << suffix;
  }
}

TEST_F(SamePicture, IsFoundScaled) {
  for (const Size size : {Size{.width = 144, .height = 192}, Size{.width = 331, .height = 442}}) {
    const Image scaled = resize(original_, size, Fit::kStretch);
    EXPECT_TRUE(are_same(packed_, packed(scaled))) << size.width;
    EXPECT_LT(sketch_distance(packed_, packed(scaled)), kSketchDistance / 4);
  }
}

TEST_F(SamePicture, IsFoundSlightlyCroppedAndOnlySo) {
  struct Part {
    int left = 0;
    int top = 0;
    Size size;
  };
  const std::vector<Part> parts = {
      {.left = 0, .top = 0, .size = {.width = 228, .height = 304}},
      {.left = 12, .top = 3, .size = {.width = 228, .height = 304}},
      {.left = 5, .top = 8, .size = {.width = 232, .height = 312}},
      {.left = 0, .top = 14, .size = {.width = 240, .height = 306}},
  };
  for (const auto& [left, top, size] : parts) {
    const Image part = packed(cropped(original_, left, top, size));
    EXPECT_TRUE(are_same(packed_, part)) << left << ' ' << top << ' ' << size.width;
    EXPECT_LT(sketch_distance(packed_, part), kSketchDistance);
  }
  const Image half = packed(cropped(original_, 60, 80, {.width = 120, .height = 160}));
  EXPECT_FALSE(are_same(packed_, half));
}

TEST_F(SamePicture, IsNotOneWithASmallPartChanged) {
  Image changed = original_;
  for (int y = 100; y < 120; ++y) {
    for (int x = 100; x < 120; ++x) {
      Pixel pixel = pixel_at(changed, x, y);
      pixel[0] = static_cast<std::uint8_t>(pixel[0] < 128 ? pixel[0] + 40 : pixel[0] - 40);
      set_pixel(changed, x, y, pixel);
    }
  }
  EXPECT_FALSE(are_same(packed_, packed(changed)));
}

TEST_F(SamePicture, IsNotOneOfAnotherColourOrAnotherShape) {
  const Image shown = packed(thing(100, {200, 60, 60}));
  EXPECT_TRUE(are_same(shown, packed(thing(100, {200, 60, 60}))));
  EXPECT_FALSE(are_same(shown, packed(thing(100, {60, 124, 60}))));  // of the same luma
  EXPECT_FALSE(are_same(shown, packed(thing(70, {200, 60, 60}))));
  EXPECT_FALSE(are_same(shown, packed_));
  EXPECT_FALSE(are_same(shown, packed(plain_image(kOriginal, 255))));
}

TEST_F(SamePicture, IsTheOnlyThingThatNoiseIsLike) {
  const Image noise = noise_image(kPacked, 1);
  EXPECT_TRUE(are_same(noise, noise));
  EXPECT_FALSE(are_same(noise, noise_image(kPacked, 2)));
}

TEST_F(SamePicture, IsFoundInPacksOfAnySize) {
  for (const Size size : {Size{.width = 1, .height = 1}, Size{.width = 28, .height = 28},
                          Size{.width = 17, .height = 3}, Size{.width = 200, .height = 200}}) {
    const Image one = resize(original_, size, Fit::kStretch);
    EXPECT_TRUE(are_same(one, one)) << size.width;
    EXPECT_FALSE(are_same(one, plain_image(size, 255))) << size.width;
  }
}

TEST(Overlay, IsTheOneThatWasMade) {
  // A smooth hill, and the same from another place: value(x, y) there is what is at 1.04 x + 0.02.
  const Overlay made{.scale_x = 1.04, .shift_x = 0.02, .scale_y = 0.97, .shift_y = -0.015};
  const Size size{.width = 30, .height = 40};
  const auto hill = [](double x, double y) {
    return 200.0 * std::exp(-9.0 * (x * x + y * y)) + 80.0 * x;
  };
  Grid stays{.size = size, .values = {}};
  Grid other{.size = size, .values = {}};
  for (int row = 0; row < size.height; ++row) {
    for (int column = 0; column < size.width; ++column) {
      const double x = (column + 0.5) / size.width - 0.5;
      const double y = (row + 0.5) / size.height - 0.5;
      other.values.push_back(static_cast<float>(hill(x, y)));
      stays.values.push_back(static_cast<float>(
          hill(made.scale_x * x + made.shift_x, made.scale_y * y + made.shift_y)));
    }
  }
  const Fitting fitting(stays);
  const auto fitted = fitting.fit(other, {}, {.steps = 20, .most_error = 5.0});
  ASSERT_TRUE(fitted);
  EXPECT_NEAR(fitted->overlay.scale_x, made.scale_x, 0.003);
  EXPECT_NEAR(fitted->overlay.shift_x, made.shift_x, 0.001);
  EXPECT_NEAR(fitted->overlay.scale_y, made.scale_y, 0.003);
  EXPECT_NEAR(fitted->overlay.shift_y, made.shift_y, 0.001);
  EXPECT_LT(fitted->error, 0.5);
  EXPECT_FALSE(fitting.fit(other, {}, {.steps = 20, .most_error = 0.001}));
}

}  // namespace
}  // namespace likeness
