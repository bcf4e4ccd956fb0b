#include "likeness/plot/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

constexpr int kGap = 10;            // between tiles, and round them
constexpr int kTitle = 20;          // height of the line above
constexpr int kCaption = 16;        // and of the one below
constexpr std::size_t kOneRow = 8;  // tiles that still stand in one row
constexpr std::size_t kMostColumns = 12;
constexpr int kTitleSize = 13;
constexpr int kCaptionSize = 11;
constexpr int kFrame = 3;  // its thickness; it lies in the gap
// Of the letters of a sans-serif font, as a share of its size: so that most texts just fit.
constexpr double kLetterWidth = 0.56;
constexpr const char* kAccent = "#d55e00";  // vermilion of Okabe and Ito: told apart by all eyes

struct Place {
  int left = 0;
  int top = 0;  // of the tile: its title's upper edge
};

// Where things lie.
class Layout {
 public:
  Layout(std::size_t tiles, const SheetOptions& options)
      : picture_(options.picture),
        columns_(static_cast<int>(std::clamp<std::size_t>(options.columns, 1, tiles))),
        rows_((static_cast<int>(tiles) + columns_ - 1) / columns_) {}

  [[nodiscard]] Size sheet() const {
    return {.width = kGap + columns_ * (picture_.width + kGap),
            .height = kGap + rows_ * tile_height()};
  }
  [[nodiscard]] Place place(std::size_t tile) const {
    const int i = static_cast<int>(tile);
    return {.left = kGap + i % columns_ * (picture_.width + kGap),
            .top = kGap / 2 + i / columns_ * tile_height()};
  }
  [[nodiscard]] const Size& picture() const { return picture_; }

 private:
  [[nodiscard]] int tile_height() const { return kTitle + picture_.height + kCaption + kGap; }

  Size picture_;
  int columns_;
  int rows_;
};

// The largest size of the picture's proportions that fits the room.
Size fitted(Size picture, Size room) {
  const double scale = std::min(static_cast<double>(room.width) / picture.width,
                                static_cast<double>(room.height) / picture.height);
  const auto side = [scale](int length, int most) {
    return std::clamp(static_cast<int>(std::lround(scale * length)), 1, most);
  };
  return {.width = side(picture.width, room.width), .height = side(picture.height, room.height)};
}

struct Line {
  const std::string& text;
  int size = kTitleSize;
  const char* colour = "#000000";
};

std::string svg_of(const Line& line, Place baseline, int width) {
  const auto letters = static_cast<std::size_t>(width / (kLetterWidth * line.size));
  return fmt::format(
      R"-(<text x="{}" y="{}" font-size="{}" fill="{}" text-anchor="middle">{}</text>)-",
      baseline.left + width / 2, baseline.top, line.size, line.colour,
      escape_xml(shorten(line.text, letters)));
}

// All that is not a picture. Each text is clipped to its tile: fonts differ.
std::string svg_of(std::span<const Tile> tiles, const Layout& layout) {
  const auto [width, height] = layout.picture();
  std::string svg = fmt::format(
      R"-(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" )-"
      R"-(font-family="sans-serif"><rect width="{0}" height="{1}" fill="#ffffff"/>)-",
      layout.sheet().width, layout.sheet().height);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const auto [left, top] = layout.place(i);
    svg += fmt::format(
        R"-(<clipPath id="c{0}"><rect x="{1}" y="{2}" width="{3}" height="{4}"/></clipPath>)-"
        R"-(<g clip-path="url(#c{0})">)-",
        i, left - kGap / 2, top, width + kGap, kTitle + height + kCaption + kGap);
    svg += svg_of({.text = tiles[i].title}, {.left = left, .top = top + kTitle - 6}, width);
    svg += svg_of({.text = tiles[i].caption, .size = kCaptionSize, .colour = "#555555"},
                  {.left = left, .top = top + kTitle + height + kCaption - 2}, width);
    svg += "</g>";
    if (tiles[i].frame == Tile::Frame::kNone) continue;
    svg += fmt::format(
        R"-(<rect x="{}" y="{}" width="{}" height="{}" fill="none" stroke="{}" stroke-width="{}"/>)-",
        left - 1, top + kTitle - 1, width + 2, height + 2, kAccent, kFrame);
  }
  return svg + "</svg>";
}

void put(const Image& picture, Place corner, Image& sheet) {
  const auto row_bytes = static_cast<std::ptrdiff_t>(picture.size.width) * 3;
  const auto sheet_row_bytes = static_cast<std::ptrdiff_t>(sheet.size.width) * 3;
  for (int y = 0; y < picture.size.height; ++y) {
    std::copy_n(picture.pixels.begin() + y * row_bytes, row_bytes,
                sheet.pixels.begin() + (corner.top + y) * sheet_row_bytes +
                    static_cast<std::ptrdiff_t>(corner.left) * 3);
  }
}

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
  const Layout layout(tiles.size(), options);
  Image sheet = render_svg(svg_of(tiles, layout), layout.sheet());
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const Image& picture = tiles[i].picture;
    if (picture.pixels.empty()) continue;
    const Size size = fitted(picture.size, layout.picture());
    const auto [left, top] = layout.place(i);
    put(resize(picture, size, Fit::kStretch),
        {.left = left + (layout.picture().width - size.width) / 2,
         .top = top + kTitle + (layout.picture().height - size.height) / 2},
        sheet);
  }
  return sheet;
}

}  // namespace likeness
