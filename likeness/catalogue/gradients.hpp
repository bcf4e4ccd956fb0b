// The inner loops of gradient_histogram.
#pragma once

#include <cstdint>
#include <span>

namespace likeness {

// Of RGB pixels the luma (ITU-R BT.601) in thousandths of a level: whole numbers, so that pixels of
// equal colour have exactly no edge. pixels.size() == 3 luma.size().
void take_luma(std::span<const std::uint8_t> pixels, std::span<std::int32_t> luma) noexcept;

// Where gradients point, whichever way along: from 0 to `orientations` for half a turn, off by less
// than kOrientationError. All of one size.
inline constexpr float kOrientationError = 1e-3F;
void roughly_orient(std::span<const float> across, std::span<const float> down, float orientations,
                    std::span<float> rough) noexcept;

}  // namespace likeness
