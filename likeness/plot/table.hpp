// Pictures in a table: columns with headings, rows with a few lines of text before them. What the
// sheets of reconstructions, models, clusters and failures have in common.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/plot/sheet.hpp"

namespace likeness {

struct TableRow {
  std::vector<std::string> lines;  // before the pictures; the first is bold
  std::vector<Tile> tiles;         // at most as many as the table has columns
};

struct TableOptions {
  std::vector<std::string> title;                  // lines above all; the first is larger
  std::vector<std::vector<std::string>> headings;  // lines above each column; the first is bold
  Size picture{.width = 120, .height = 160};       // room for each
  int lines_width = 0;                             // room for the rows' lines; 0: they have none
};

// As draw_sheet: black on white, texts of any bytes, shortened where they are too long, at most
// kMostTiles pictures. At least one row with one tile.
[[nodiscard]] Image draw_table(std::span<const TableRow> rows, const TableOptions& options);

}  // namespace likeness
