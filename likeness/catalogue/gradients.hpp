// The inner loops of gradient_histogram and gradient_pyramid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace likeness {

// Of RGB pixels the luma (ITU-R BT.601) in thousandths of a level: whole numbers, so that pixels of
// equal colour have exactly no edge. pixels.size() == 3 luma.size().
void take_luma(std::span<const std::uint8_t> pixels, std::span<std::int32_t> luma) noexcept;

// Central differences of a row of the luma, with the border repeated.
struct GradientRow {
  explicit GradientRow(std::size_t width) : across(width), down(width) {}
  // luma.size() is a multiple of the width; y is one of its rows.
  void take(std::span<const std::int32_t> luma, std::size_t y) noexcept;

  std::vector<float> across;
  std::vector<float> down;
};

// How long gradients are, and which way they go: from 0 (across) to `turn` for a whole turn. All
// of one size. Of a gradient of length 0 the direction says nothing.
void measure_gradients(const GradientRow& gradients, float turn, std::span<float> lengths,
                       std::span<float> directions) noexcept;

// Of each number, which is not negative, the root of its share of the total.
void take_roots_of_shares(float total, std::span<float> numbers) noexcept;

// Where gradients point, whichever way along: from 0 to `orientations` for half a turn, off by less
// than kOrientationError. All of one size.
inline constexpr float kOrientationError = 1e-3F;
void roughly_orient(std::span<const float> across, std::span<const float> down, float orientations,
                    std::span<float> rough) noexcept;

}  // namespace likeness
