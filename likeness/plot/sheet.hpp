// Pictures side by side on one sheet, each with a line above and a line below it: neighbours with
// their distances, the centre of a cluster, a reconstruction beside its source.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct Tile {
  // kAccent (blue): the one that the others are compared with; kWrong (vermilion): not as it should
  // be.
  enum class Frame { kNone, kAccent, kWrong };

  std::string title;    // above the picture, such as "Dist: 0.24"
  std::string caption;  // below it, smaller, such as a key
  Image picture;        // of any size; shown whole. Without pixels: nothing is shown
  Frame frame = Frame::kNone;
};

struct SheetOptions {
  Size picture{.width = 120, .height = 160};  // room for each
  std::size_t columns = 6;                    // fewer where there are fewer tiles
};

// More would not be looked at, and memory must not depend on a catalogue's size.
inline constexpr std::size_t kMostTiles = 1000;

// How many columns a strip of so many pictures has: one row of up to 8, else of those numbers of
// columns that are readable the one that leaves the fewest places of the last row empty.
[[nodiscard]] std::size_t strip_columns(std::size_t tiles);

// Row by row, black on white, in the font that the system calls sans-serif. Titles and captions
// that are too long are shortened. Titles may hold any bytes.
[[nodiscard]] Image draw_sheet(std::span<const Tile> tiles, const SheetOptions& options);

}  // namespace likeness
