#include "likeness/catalogue/gradients.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

TEST(TakeLuma, IsThePlainSumOnOddSizes) {
  Random random(1);
  for (const std::size_t count : {1U, 2U, 3U, 15U, 16U, 17U, 60U, 131U}) {
    std::vector<std::uint8_t> pixels(3 * count);
    for (auto& level : pixels) level = static_cast<std::uint8_t>(random.below(256));
    std::vector<std::int32_t> luma(count);
    take_luma(pixels, luma);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(luma[i], 299 * pixels[3 * i] + 587 * pixels[3 * i + 1] + 114 * pixels[3 * i + 2]);
    }
  }
}

// In orientations, from 0 to 9, where half a turn is none.
double plain_orientation(float across, float down) {
  const double angle = std::atan2(double{down}, double{across});
  return (angle < 0.0 ? angle + std::numbers::pi : angle) * 9.0 / std::numbers::pi;
}

TEST(RoughlyOrient, IsNearTheArcTangentOnOddSizes) {
  Random random(2);
  for (const std::size_t count : {1U, 3U, 16U, 17U, 1000U}) {
    std::vector<float> across(count);
    std::vector<float> down(count);
    for (std::size_t i = 0; i < count; ++i) {
      const double scale = i % 3 == 0 ? 255'000.0 : 20.0;  // every whole number of thousandths
      across[i] = static_cast<float>(std::round(scale * (random.uniform() - 0.5)));
      down[i] = static_cast<float>(std::round(scale * (random.uniform() - 0.5)));
    }
    std::vector<float> rough(count);
    roughly_orient(across, down, 9.0F, rough);
    for (std::size_t i = 0; i < count; ++i) {
      if (across[i] == 0.0F && down[i] == 0.0F) continue;  // points nowhere
      const double apart = std::abs(double{rough[i]} - plain_orientation(across[i], down[i]));
      EXPECT_LT(std::min(apart, 9.0 - apart), double{kOrientationError})
          << across[i] << ", " << down[i];
      EXPECT_GE(rough[i], 0.0F);
    }
  }
}

TEST(MeasureGradients, AreLengthsAndDirectionsOnOddSizes) {
  Random random(3);
  for (const std::size_t count : {1U, 3U, 16U, 17U, 1000U}) {
    GradientRow gradients(count);
    for (std::size_t i = 0; i < count; ++i) {
      gradients.across[i] = static_cast<float>(random.below(9)) - 4.0F;
      gradients.down[i] = static_cast<float>(random.below(9)) - 4.0F;
    }
    std::vector<float> lengths(count);
    std::vector<float> directions(count);
    measure_gradients(gradients, 24.0F, lengths, directions);
    for (std::size_t i = 0; i < count; ++i) {
      const double across = gradients.across[i];
      const double down = gradients.down[i];
      EXPECT_NEAR(lengths[i], std::hypot(across, down), 1e-6);
      if (across == 0.0 && down == 0.0) continue;  // points nowhere
      const double turn = std::atan2(down, across) / (2 * std::numbers::pi);
      EXPECT_NEAR(directions[i], 24.0 * (turn < 0.0 ? turn + 1.0 : turn), 1e-5)
          << across << ", " << down;
      if (across == 0.0 || down == 0.0) {
        EXPECT_EQ(directions[i], std::round(directions[i]));
      }
    }
  }
}

}  // namespace
}  // namespace likeness
