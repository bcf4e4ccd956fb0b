#include "likeness/plot/canvas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/plot/svg_text.hpp"

namespace likeness {
namespace {

constexpr int kFrame = 3;  // its thickness; it lies in the gap
// Of the letters of a sans-serif font, as a share of its size: so that most texts just fit.
constexpr double kLetterWidth = 0.56;
// Two colours of Okabe and Ito, told apart by all eyes.
constexpr const char* kAccent = "#0072b2";
constexpr const char* kWrong = "#d55e00";

// The largest size of the picture's proportions that fits the room.
Size fitted(Size picture, Size room) {
  const double scale = std::min(static_cast<double>(room.width) / picture.width,
                                static_cast<double>(room.height) / picture.height);
  const auto side = [scale](int length, int most) {
    return std::clamp(static_cast<int>(std::lround(scale * length)), 1, most);
  };
  return {.width = side(picture.width, room.width), .height = side(picture.height, room.height)};
}

void put(const Image& picture, int left, int top, Image& canvas) {
  assert(left >= 0 && left + picture.size.width <= canvas.size.width);
  assert(top >= 0 && top + picture.size.height <= canvas.size.height);
  const auto row_bytes = static_cast<std::ptrdiff_t>(picture.size.width) * 3;
  const auto canvas_row_bytes = static_cast<std::ptrdiff_t>(canvas.size.width) * 3;
  for (int y = 0; y < picture.size.height; ++y) {
    std::copy_n(picture.pixels.begin() + y * row_bytes, row_bytes,
                canvas.pixels.begin() + (top + y) * canvas_row_bytes +
                    static_cast<std::ptrdiff_t>(left) * 3);
  }
}

}  // namespace

std::string svg_of(const TextLine& line, const Box& box) {
  const auto [width, height] = box.size;
  const auto letters = static_cast<std::size_t>(width / (kLetterWidth * line.size));
  const bool middle = line.anchor == TextLine::Anchor::kMiddle;
  const std::string text = escape_xml(shorten(line.text, letters));
  if (text.empty()) return {};
  // An inner svg element clips what it holds.
  return fmt::format(
      R"-(<svg x="{}" y="{}" width="{}" height="{}"><text x="{}" y="{}" font-size="{}" )-"
      R"-(font-weight="{}" fill="{}" text-anchor="{}">{}</text></svg>)-",
      box.left, box.top, width, height, middle ? width / 2 : 0, height - (line.size + 1) / 3,
      line.size, line.weight == TextLine::Weight::kBold ? "bold" : "normal", line.colour,
      middle ? "middle" : "start", text);
}

std::string svg_of(const Tile& tile, const Box& picture) {
  const auto [width, height] = picture.size;
  const int left = picture.left - kTileGap / 2 + 1;
  const int room = width + kTileGap - 2;
  std::string svg =
      svg_of(TextLine{.text = tile.title}, {.left = left,
                                            .top = picture.top - kTileTitle,
                                            .size = {.width = room, .height = kTileTitle - 2}}) +
      svg_of(TextLine{.text = tile.caption, .size = 11, .colour = "#555555"},
             {.left = left,
              .top = picture.top + height + 2,
              .size = {.width = room, .height = kTileCaption}});
  if (tile.frame == Tile::Frame::kNone) return svg;
  return svg + fmt::format(R"-(<rect x="{}" y="{}" width="{}" height="{}" fill="none" )-"
                           R"-(stroke="{}" stroke-width="{}"/>)-",
                           picture.left - 1, picture.top - 1, width + 2, height + 2,
                           tile.frame == Tile::Frame::kWrong ? kWrong : kAccent, kFrame);
}

Image draw_canvas(Size size, std::string_view elements) {
  return render_svg(
      fmt::format(R"-(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" )-"
                  R"-(viewBox="0 0 {0} {1}" font-family="sans-serif">)-"
                  R"-(<rect width="{0}" height="{1}" fill="#ffffff"/>{2}</svg>)-",
                  size.width, size.height, elements),
      size);
}

void put_fitted(const Image& picture, const Box& box, Image& canvas) {
  if (picture.pixels.empty()) return;
  const Size size = fitted(picture.size, box.size);
  const int left = box.left + (box.size.width - size.width) / 2;
  const int top = box.top + (box.size.height - size.height) / 2;
  if (size == picture.size) {
    put(picture, left, top, canvas);
  } else {
    put(resize(picture, size, Fit::kStretch), left, top, canvas);
  }
}

}  // namespace likeness
