// Pictures that a person would sort by the slope of what they show.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/pictures.hpp"

namespace likeness {

inline constexpr Shape kBarsPicture{.c = 3, .h = 32, .w = 24};

// Bars on white, each of one of four slopes and of some colour.
struct Bars {
  std::vector<std::vector<std::uint8_t>> memory;
  Pictures pictures;
  std::vector<std::size_t> slopes;

  explicit Bars(std::size_t count) {
    Random random(5);
    for (std::size_t i = 0; i < count; ++i) {
      slopes.push_back(i % 4);
      memory.push_back(draw(random, static_cast<double>(i % 4) * std::numbers::pi / 4.0));
    }
    pictures.assign(memory.begin(), memory.end());
  }

  static std::vector<std::uint8_t> draw(Random& random, double slope) {
    const double x0 = random.uniform(10.0, 14.0);
    const double y0 = random.uniform(14.0, 18.0);
    const double half = random.uniform(2.0, 3.0);
    const std::vector<double> colour{random.uniform(0, 120), random.uniform(0, 120),
                                     random.uniform(0, 120)};
    std::vector<std::uint8_t> picture;
    for (std::size_t y = 0; y < kBarsPicture.h; ++y) {
      for (std::size_t x = 0; x < kBarsPicture.w; ++x) {
        const double across = (static_cast<double>(x) - x0) * std::sin(slope) -
                              (static_cast<double>(y) - y0) * std::cos(slope);
        for (const double level : colour) {
          picture.push_back(static_cast<std::uint8_t>(std::abs(across) < half ? level : 255.0));
        }
      }
    }
    return picture;
  }
};

}  // namespace likeness
