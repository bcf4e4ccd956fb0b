#include "likeness/sample/drawing.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace likeness {
namespace {

std::string stop(double offset, Colour colour, double opacity) {
  return fmt::format(R"(<stop offset="{:.2f}" stop-color="{}" stop-opacity="{:.2f}"/>)", offset,
                     css(colour), opacity);
}

// What is thinner throws no shadow that one could see.
constexpr double kThickStroke = 2.0;

constexpr std::string_view kAcross = R"(x1="0" y1="0" x2="1" y2="0.06")";
constexpr std::string_view kDown = R"(x1="0.1" y1="0" x2="0" y2="1")";
constexpr std::string_view kDiagonal = R"(x1="0" y1="0" x2="1" y2="1")";

}  // namespace

Drawing::Drawing(Svg& svg, Fabric fabric, Finish finish) : svg_(svg), fabric_(std::move(fabric)) {
  const double dark = brightness(fabric_.main) < 0.25 ? 0.45 : 0.26;
  const double light = finish == Finish::kGlossy ? 0.22 : 0.10;
  sides_ =
      svg_.define("linearGradient", kAcross,
                  stop(0, kBlack, dark) + stop(0.16, kBlack, dark / 4) + stop(0.36, kWhite, light) +
                      stop(0.6, kWhite, 0) + stop(0.86, kBlack, dark / 3) + stop(1, kBlack, dark));
  top_down_ =
      svg_.define("linearGradient", kDown,
                  stop(0, kWhite, light / 2) + stop(0.4, kWhite, 0) + stop(1, kBlack, dark / 2));
  knit_ = svg_.define(
      "pattern", R"(patternUnits="userSpaceOnUse" width="4.4" height="3.6")",
      fmt::format(R"(<path d="M0 0L2.2 3L4.4 0" stroke="{}" fill="none"/>)", css(fabric_.seam)));
  twill_ = svg_.define("pattern", R"(patternUnits="userSpaceOnUse" width="3" height="3")",
                       fmt::format(R"(<path d="M-1 4L4 -1" stroke="{}" fill="none"/>)",
                                   css(mix(fabric_.main, kWhite, 0.6))));
}

std::string Drawing::clip(const Path& shape) {
  return svg_.define("clipPath", "", fmt::format(R"(<path d="{}"/>)", shape.text()));
}

std::string Drawing::blur(const Path& within) {
  const Bounds box = within.bounds();
  return svg_.define("filter",
                     fmt::format(R"(filterUnits="userSpaceOnUse" x="{:.1f}" y="{:.1f}" )"
                                 R"(width="{:.1f}" height="{:.1f}" )"
                                 R"(color-interpolation-filters="sRGB")",
                                 box.low.x, box.low.y, box.width(), box.height()),
                     R"(<feGaussianBlur stdDeviation="2.2"/>)");
}

void Drawing::outline(const Path& shape) {
  bounds_.include(shape.bounds());
  silhouette_.draw(shape, {.fill = "#000"});
}

void Drawing::lay_on_paper() {
  const auto filter =
      svg_.define("filter",
                  R"(filterUnits="userSpaceOnUse" x="-20" y="-20" width="280" height="360" )"
                  R"(color-interpolation-filters="sRGB")",
                  R"(<feGaussianBlur stdDeviation="4"/>)");
  Svg shadow;
  shadow.put_behind(silhouette_);
  shadow.wrap(fmt::format(R"-(filter="{}" opacity="0.34" transform="translate(3 5)")-", filter));
  svg_.put_behind(shadow);
}

void Drawing::put_on_floor() {
  const auto soft = svg_.define(
      "radialGradient", "", stop(0, kBlack, 0.42) + stop(0.6, kBlack, 0.18) + stop(1, kBlack, 0));
  const Point centre{(bounds_.low.x + bounds_.high.x) / 2, bounds_.high.y - 1};
  Svg shadow;
  shadow.draw(oval(centre, bounds_.width() * 0.56, 9), {.fill = soft});
  svg_.put_behind(shadow);
}

void Drawing::shade(const Path& shape) {
  svg_.draw(shape, {.fill = sides_});
  svg_.draw(shape, {.fill = top_down_});
}

void Drawing::piece(const Path& shape) {
  outline(shape);
  svg_.draw(shape, {.fill = fabric_.fill});
  shade(shape);
  svg_.draw(shape, {.stroke = css(mix(fabric_.seam, fabric_.main, 0.2)), .width = 0.9});
}

void Drawing::trim(const Path& shape, Colour colour) {
  outline(shape);
  const double to_white = brightness(colour) < 0.28 ? 0.22 : 0.0;
  svg_.draw(shape, {.fill = css(colour)});
  shade(shape);
  const Colour edge = to_white > 0 ? mix(colour, kWhite, to_white) : mix(colour, kBlack, 0.35);
  svg_.draw(shape, {.stroke = css(edge), .width = 0.9});
}

void Drawing::patch(const Path& shape, Colour colour, double opacity) {
  svg_.draw(shape, {.fill = css(colour), .opacity = opacity});
}

void Drawing::metal(const Path& shape, Metal metal) {
  const bool golden = metal == Metal::kGold;
  outline(shape);
  const Colour bright = golden ? Colour{.red = 1.0, .green = 0.93, .blue = 0.68}
                               : Colour{.red = 0.96, .green = 0.97, .blue = 0.98};
  const Colour deep = golden ? Colour{.red = 0.62, .green = 0.44, .blue = 0.13}
                             : Colour{.red = 0.46, .green = 0.48, .blue = 0.52};
  const auto shine =
      svg_.define("linearGradient", kDiagonal,
                  stop(0, mix(deep, bright, 0.6), 1) + stop(0.25, bright, 1) + stop(0.55, deep, 1) +
                      stop(0.8, mix(deep, bright, 0.8), 1) + stop(1, deep, 1));
  svg_.draw(shape, {.fill = shine, .stroke = css(mix(deep, kBlack, 0.35)), .width = 0.7});
}

void Drawing::glass(const Path& shape, Colour colour) {
  outline(shape);
  const auto sky =
      svg_.define("linearGradient", R"(x1="0.1" y1="0" x2="0.3" y2="1")",
                  stop(0, mix(colour, kBlack, 0.55), 1) + stop(0.55, mix(colour, kBlack, 0.2), 1) +
                      stop(1, mix(colour, kWhite, 0.4), 1));
  svg_.draw(shape, {.fill = sky, .stroke = "#222222", .width = 0.6});
}

void Drawing::seam(const Path& line, double width) { stroke(line, fabric_.seam, width, 0.8); }

void Drawing::stitches(const Path& line) {
  svg_.draw(line,
            {.stroke = css(fabric_.seam), .width = 0.7, .opacity = 0.75, .dashes = "2.2 1.9"});
}

void Drawing::stroke(const Path& line, Colour colour, double width, double opacity) {
  bounds_.include(line.bounds());
  if (width >= kThickStroke) silhouette_.draw(line, {.stroke = "#000", .width = width});
  svg_.draw(line, {.stroke = css(colour), .width = width, .opacity = opacity});
}

void Drawing::border(const Path& within, const Path& line, Colour colour, double width) {
  svg_.begin_group(fmt::format(R"(clip-path="{}")", clip(within)));
  stroke(line, mix(fabric_.seam, fabric_.main, 0.3), 2.0 * width + 1.2);
  stroke(line, colour, 2.0 * width);
  svg_.end_group();
}

void Drawing::knit(const Path& shape) { svg_.draw(shape, {.fill = knit_, .opacity = 0.3}); }

void Drawing::twill(const Path& shape) { svg_.draw(shape, {.fill = twill_, .opacity = 0.2}); }

void Drawing::button(Point centre, double radius, Colour colour) {
  patch(oval(centre + Point{0.5, 0.8}, radius, radius), kBlack, 0.3);
  trim(oval(centre, radius, radius), colour);
  const Colour holes =
      brightness(colour) < 0.3 ? mix(colour, kWhite, 0.5) : mix(colour, kBlack, 0.6);
  for (const double side : {-1.0, 1.0}) {
    patch(oval(centre + Point{side * radius * 0.3, 0}, radius * 0.17, radius * 0.17), holes);
  }
}

void Drawing::folds(const Path& within, std::span<const Path> lines, double width,
                    double strength) {
  svg_.begin_group(fmt::format(R"(clip-path="{}")", clip(within)));
  svg_.begin_group(fmt::format(R"(filter="{}")", blur(within)));
  for (const auto& line : lines) {
    svg_.draw(line, {.stroke = "#000", .width = width, .opacity = strength});
    svg_.draw(line.moved({width * 0.9, 0}),
              {.stroke = "#fff", .width = width * 0.8, .opacity = strength * 0.8});
  }
  svg_.end_group();
  svg_.end_group();
}

void Drawing::ribs(const Path& within, Point left, Point right, double height, double gap) {
  svg_.begin_group(fmt::format(R"(clip-path="{}")", clip(within)));
  const int count = static_cast<int>((right.x - left.x) / gap);
  for (int i = 0; i <= count; ++i) {
    const Point top = between(left, right, static_cast<double>(i) / count);
    stroke(straight(top, top + Point{0, height}), fabric_.seam, 0.8, 0.55);
  }
  svg_.end_group();
}

void Drawing::cast_shadow(const Path& within, const Path& shape) {
  svg_.begin_group(fmt::format(R"(clip-path="{}")", clip(within)));
  svg_.begin_group(fmt::format(R"(filter="{}")", blur(within)));
  svg_.draw(shape.moved({1.0, 3.0}), {.fill = "#000", .opacity = 0.4});
  svg_.end_group();
  svg_.end_group();
}

Metal random_metal(Random& random) { return random.below(2) == 0 ? Metal::kGold : Metal::kSteel; }

void wrinkle(Drawing& drawing, Random& random, const Path& within, Point corner, Point size) {
  std::vector<Path> lines;
  for (auto count = 2 + random.below(3); count > 0; --count) {
    const Point from = corner + Point{size.x * random.uniform(), size.y * random.uniform(0, 0.4)};
    const Point along{random.uniform(-0.12, 0.12) * size.x, size.y * random.uniform(0.35, 0.6)};
    const Point aside{random.uniform(-6.0, 6.0), 0};
    lines.push_back(Path(from).bend(from + along * 0.5 + aside, from + along));
  }
  drawing.folds(within, lines, random.uniform(5.0, 7.0), random.uniform(0.04, 0.08));
}

}  // namespace likeness
