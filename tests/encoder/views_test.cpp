// Views against a plain version in double, and what they must leave as it is.
#include "likeness/encoder/views.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace likeness {
namespace {

constexpr ViewLimits kNothing{.turn = 0.0,
                              .scale = 0.0,
                              .shift_x = 0.0,
                              .shift_y = 0.0,
                              .gamma = 0.0,
                              .contrast = 0.0,
                              .flip = false};

struct Picture {
  std::size_t height = 0, width = 0;
  std::vector<std::uint8_t> pixels;

  Picture(std::size_t h, std::size_t w) : height(h), width(w) {
    Random random(3);
    for (std::size_t i = 0; i < h * w * 3; ++i) {
      pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
  }

  [[nodiscard]] double luma(std::size_t y, std::size_t x) const {
    const auto* pixel = pixels.data() + (y * width + x) * 3;
    return (77.0 * pixel[0] + 150.0 * pixel[1] + 29.0 * pixel[2]) / 256.0;
  }

  [[nodiscard]] std::vector<std::uint8_t> view(const ViewLimits& limits, std::uint64_t seed) const {
    Random random(seed);
    std::vector<std::uint8_t> result(pixels.size());
    draw_view(pixels, height, width, limits, random, result);
    return result;
  }
};

TEST(View, WithoutLimitsIsThePictureInGrey) {
  for (const auto& [height, width] : {std::pair{16U, 12U}, {17U, 5U}, {1U, 1U}, {1U, 9U}}) {
    const Picture picture(height, width);
    const auto view = picture.view(kNothing, 1);
    for (std::size_t i = 0; i < picture.height * picture.width; ++i) {
      EXPECT_NEAR(view[3 * i], picture.luma(i / width, i % width), 1.01) << i;
      EXPECT_EQ(view[3 * i], view[3 * i + 1]);
      EXPECT_EQ(view[3 * i], view[3 * i + 2]);
    }
  }
}

TEST(View, FlipsEveryOther) {
  const Picture picture(6, 7);
  ViewLimits limits = kNothing;
  limits.flip = true;
  const auto plain = picture.view(kNothing, 1);
  int flipped = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto view = picture.view(limits, seed);
    if (view == plain) continue;
    ++flipped;
    for (std::size_t i = 0; i < 42; ++i) {
      ASSERT_NEAR(view[3 * i], plain[3 * (i / 7 * 7 + 6 - i % 7)], 1) << i;
    }
  }
  EXPECT_GT(flipped, 30);
  EXPECT_LT(flipped, 70);
}

// The same draws in the same order, then each pixel by the formula, in double.
std::vector<double> plain_view(const Picture& picture, const ViewLimits& limits, Random& random) {
  const auto draw = [&](double limit) { return random.uniform(-limit, limit); };
  const auto height = static_cast<double>(picture.height);
  const auto width = static_cast<double>(picture.width);
  const double turn = draw(limits.turn);
  const double across = std::exp(draw(limits.scale));
  const double down = std::exp(draw(limits.scale));
  const double side = limits.flip && random.below(2) == 1 ? -1.0 : 1.0;
  const double right = draw(limits.shift_x) * width;
  const double lower = draw(limits.shift_y) * height;
  const double gamma = std::exp(draw(limits.gamma));
  const double contrast = std::exp(draw(limits.contrast));
  const auto tone = [&](double y, double x) {
    const double luma =
        std::floor(picture.luma(static_cast<std::size_t>(y), static_cast<std::size_t>(x)));
    const double value = 1.0 + (std::pow(luma / 255.0, gamma) - 1.0) * contrast;
    return 255.0 * std::clamp(value, 0.0, 1.0);
  };
  std::vector<double> view;
  for (std::size_t row = 0; row < picture.height; ++row) {
    for (std::size_t column = 0; column < picture.width; ++column) {
      // From the middle of the picture, in pixels.
      const double x0 = static_cast<double>(column) + 0.5 - width / 2.0;
      const double y0 = static_cast<double>(row) + 0.5 - height / 2.0;
      const double x1 = across * (side * std::cos(turn) * x0 - std::sin(turn) * y0) + right;
      const double y1 = down * (side * std::sin(turn) * x0 + std::cos(turn) * y0) + lower;
      const double x = std::clamp(x1 + width / 2.0 - 0.5, 0.0, width - 1.0);
      const double y = std::clamp(y1 + height / 2.0 - 0.5, 0.0, height - 1.0);
      const double left = std::floor(x);
      const double top = std::floor(y);
      const double next_x = std::min(left + 1.0, width - 1.0);
      const double next_y = std::min(top + 1.0, height - 1.0);
      const double upper = tone(top, left) + (x - left) * (tone(top, next_x) - tone(top, left));
      const double below =
          tone(next_y, left) + (x - left) * (tone(next_y, next_x) - tone(next_y, left));
      view.push_back(upper + (y - top) * (below - upper));
    }
  }
  return view;
}

TEST(View, IsThePlainOneWithinALevel) {
  for (const auto& [height, width] : {std::pair{16U, 12U}, {17U, 31U}, {80U, 60U}}) {
    const Picture picture(height, width);
    for (std::uint64_t seed = 1; seed < 20; ++seed) {
      Random random(seed);
      const auto expected = plain_view(picture, {}, random);
      const auto found = picture.view({}, seed);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(found[3 * i], expected[i], 1.1) << height << " " << seed << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace likeness
