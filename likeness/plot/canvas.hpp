// What sheets, tables and the map are put together from: lines of text as SVG, and pictures fitted
// into boxes.
#pragma once

#include <string>
#include <string_view>

#include "likeness/catalogue/image.hpp"
#include "likeness/plot/sheet.hpp"

namespace likeness {

struct Box {
  int left = 0;
  int top = 0;
  Size size;
};

// Of a tile: between tiles and round them; the lines above and below the picture.
inline constexpr int kTileGap = 10;
inline constexpr int kTileTitle = 20;
inline constexpr int kTileCaption = 16;

struct TextLine {
  enum class Weight { kNormal, kBold };
  enum class Anchor { kStart, kMiddle };

  std::string_view text;  // any bytes; shortened to what fits
  int size = 13;          // of its letters
  const char* colour = "#000000";
  Weight weight = Weight::kNormal;
  Anchor anchor = Anchor::kMiddle;
};

// The line in its box and clipped to it, as fonts differ; the baseline is a third of the letters'
// size above the lower edge.
[[nodiscard]] std::string svg_of(const TextLine& line, const Box& box);

// Title, caption and frame of a tile whose picture has this box.
[[nodiscard]] std::string svg_of(const Tile& tile, const Box& picture);

// White, with these elements on it.
[[nodiscard]] Image draw_canvas(Size size, std::string_view elements);

// The whole picture, as large as the box allows, in its middle. Without pixels: nothing.
void put_fitted(const Image& picture, const Box& box, Image& canvas);

}  // namespace likeness
