#include "likeness/plot/sheet.hpp"

#include <algorithm>
#include <cassert>

#include "likeness/plot/canvas.hpp"

namespace likeness {
namespace {

constexpr std::size_t kOneRow = 8;  // tiles that still stand in one row
constexpr std::size_t kMostColumns = 12;

// Where things lie.
class SheetLayout {
 public:
  SheetLayout(std::size_t tiles, const SheetOptions& options)
      : picture_(options.picture),
        columns_(static_cast<int>(std::clamp<std::size_t>(options.columns, 1, tiles))),
        rows_((static_cast<int>(tiles) + columns_ - 1) / columns_) {}

  [[nodiscard]] Size sheet() const {
    return {.width = kTileGap + columns_ * (picture_.width + kTileGap),
            .height = kTileGap + rows_ * tile_height()};
  }
  [[nodiscard]] Box picture(std::size_t tile) const {
    const int i = static_cast<int>(tile);
    return {.left = kTileGap + i % columns_ * (picture_.width + kTileGap),
            .top = kTileGap / 2 + i / columns_ * tile_height() + kTileTitle,
            .size = picture_};
  }

 private:
  [[nodiscard]] int tile_height() const {
    return kTileTitle + picture_.height + kTileCaption + kTileGap;
  }

  Size picture_;
  int columns_;
  int rows_;
};

}  // namespace

std::size_t strip_columns(std::size_t tiles) {
  if (tiles <= kOneRow) return kOneRow;
  std::size_t best = kOneRow;
  const auto empty = [tiles](std::size_t columns) { return (columns - tiles % columns) % columns; };
  for (std::size_t columns = kOneRow; columns <= kMostColumns; ++columns) {
    if (empty(columns) < empty(best)) best = columns;
  }
  return best;
}

Image draw_sheet(std::span<const Tile> tiles, const SheetOptions& options) {
  assert(!tiles.empty() && tiles.size() <= kMostTiles);
  const SheetLayout layout(tiles.size(), options);
  std::string svg;
  for (std::size_t i = 0; i < tiles.size(); ++i) svg += svg_of(tiles[i], layout.picture(i));
  Image sheet = draw_canvas(layout.sheet(), svg);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    put_fitted(tiles[i].picture, layout.picture(i), sheet);
  }
  return sheet;
}

}  // namespace likeness
