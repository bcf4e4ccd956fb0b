// The inner loops of draw_view().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace likeness {

inline constexpr std::size_t kLumaLevels = 256;
using Tones = std::array<float, kLumaLevels>;  // what becomes of each level of luma: 0 to 255

// A picture in grey (H, W).
struct Luma {
  std::vector<float> levels;
  std::size_t height = 0;
  std::size_t width = 0;
};

// Where the pixels of a row lie in a picture, in its pixels: the first one, and how far it is from
// one to the next.
struct RowPlaces {
  float x = 0.0F, x_step = 0.0F;
  float y = 0.0F, y_step = 0.0F;
};

// tone = 255 clamp(1 + ((level / 255)^gamma - 1) contrast), of the logarithms of level / 255.
void fill_tones(const Tones& logarithms, float gamma, float contrast, Tones& tones) noexcept;

// Of RGB pixels (H, W, 3) the tones of their luma; `luma` has its size.
void take_toned_luma(std::span<const std::uint8_t> picture, const Tones& tones,
                     Luma& luma) noexcept;

// RGB pixels (W, 3) of grey, each between the four of the picture that its place lies between;
// beyond the border it is repeated.
void draw_row(const Luma& luma, const RowPlaces& places, std::span<std::uint8_t> row) noexcept;

}  // namespace likeness
