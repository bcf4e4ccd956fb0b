#include "likeness/sample/fabric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace likeness {
namespace {

// Hue in degrees, saturation and lightness from 0 to 1; each varies by up to its spread.
struct NamedColour {
  std::string_view name;
  double hue, saturation, lightness;
  double hue_spread, saturation_spread, lightness_spread;
};

// NOLINTBEGIN(modernize-use-designated-initializers): a table, in the order named above
constexpr std::array<NamedColour, 12> kColours = {{
    {"black", 220, .08, .12, 40, .06, .035},
    {"white", 45, .20, .955, 40, .15, .02},
    {"grey", 215, .05, .55, 30, .04, .12},
    {"beige", 37, .42, .79, 6, .10, .04},
    {"brown", 23, .46, .29, 6, .10, .06},
    {"red", 355, .74, .44, 6, .10, .06},
    {"orange", 24, .88, .55, 4, .08, .04},
    {"yellow", 47, .88, .60, 4, .08, .05},
    {"green", 138, .40, .36, 24, .12, .09},
    {"blue", 214, .58, .38, 10, .14, .12},
    {"pink", 338, .68, .77, 9, .12, .05},
    {"purple", 277, .40, .42, 13, .10, .10},
}};
// NOLINTEND(modernize-use-designated-initializers)

constexpr auto kColourNames = [] {
  std::array<std::string_view, kColours.size()> names;
  std::ranges::transform(kColours, names.begin(), &NamedColour::name);
  return names;
}();

constexpr std::array<std::string_view, 5> kPatternNames = {"plain", "striped", "checked", "dotted",
                                                           "gradient"};

Colour from_hsl(double hue, double saturation, double lightness) {
  const auto channel = [&](double n) {
    const double k = std::fmod(n + hue / 30.0 + 12.0, 12.0);
    const double amplitude = saturation * std::min(lightness, 1.0 - lightness);
    return lightness - amplitude * std::max(-1.0, std::min({k - 3.0, 9.0 - k, 1.0}));
  };
  return {.red = channel(0), .green = channel(8), .blue = channel(4)};
}

Colour shade_of(const NamedColour& named, Random& random) {
  const auto vary = [&](double value, double spread) {
    return value + spread * random.uniform(-1.0, 1.0);
  };
  const double hue = vary(named.hue, named.hue_spread);
  const double saturation = vary(named.saturation, named.saturation_spread);
  const double lightness = vary(named.lightness, named.lightness_spread);
  return from_hsl(hue, std::clamp(saturation, 0.0, 1.0), std::clamp(lightness, 0.0, 1.0));
}

// What goes with the main colour without taking its name away.
Colour second_of(Colour main, Random& random) {
  const double bright = brightness(main);
  if (bright > 0.75) {
    const auto& named = kColours[random.below(kColours.size())];
    const Colour accent = shade_of(named, random);
    return brightness(accent) > 0.6 ? mix(main, kBlack, 0.5) : mix(accent, main, 0.15);
  }
  return mix(main, random.below(3) == 0 ? kBlack : kWhite,
             bright < 0.2 ? 0.8 : random.uniform(0.45, 0.85));
}

Fabric dye(Random& random, std::string_view pattern) {
  const auto& named = kColours[random.below(kColours.size())];
  const Colour main = shade_of(named, random);
  const Colour second = brightness(main) < 0.2 ? mix(main, kWhite, random.uniform(0.5, 0.9))
                                               : second_of(main, random);
  const Colour seam = brightness(main) < 0.28 ? mix(main, kWhite, 0.30) : mix(main, kBlack, 0.38);
  return {.colour = named.name,
          .pattern = pattern,
          .main = main,
          .second = second,
          .seam = seam,
          .fill = css(main)};
}

std::string rectangle(double x, double y, double width, double height, Colour colour,
                      double opacity = 1.0) {
  return fmt::format(
      R"(<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="{}" opacity="{:.2f}"/>)",
      x, y, width, height, css(colour), opacity);
}

std::string dot(double x, double y, double radius, Colour colour) {
  return fmt::format(R"(<circle cx="{:.2f}" cy="{:.2f}" r="{:.2f}" fill="{}"/>)", x, y, radius,
                     css(colour));
}

std::string tile(Svg& svg, double width, double height, double turn, const std::string& content) {
  return svg.define("pattern",
                    fmt::format(R"(patternUnits="userSpaceOnUse" width="{:.2f}" height="{:.2f}" )"
                                R"-(patternTransform="rotate({:.1f})")-",
                                width, height, turn),
                    content);
}

std::string striped(Svg& svg, Random& random, const Fabric& fabric) {
  constexpr std::array<double, 4> kTurns = {0.0, 0.0, 90.0, 35.0};
  const double turn = kTurns[random.below(kTurns.size())];
  const double period = random.uniform(8.0, 22.0);
  const double band = period * random.uniform(0.22, 0.5);
  std::string content =
      rectangle(0, 0, period, period, fabric.main) + rectangle(0, 0, period, band, fabric.second);
  if (random.below(3) == 0) {  // a fine line beside each band
    content += rectangle(0, band + period * 0.16, period, period * 0.07, fabric.second);
  }
  return tile(svg, period, period, turn, content);
}

std::string checked(Svg& svg, Random& random, const Fabric& fabric) {
  const double period = random.uniform(12.0, 30.0);
  const double turn = random.below(4) == 0 ? 45.0 : 0.0;
  const double band = period * random.uniform(0.3, 0.5);
  std::string content = rectangle(0, 0, period, period, fabric.main) +
                        rectangle(0, 0, period, band, fabric.second, 0.5) +
                        rectangle(0, 0, band, period, fabric.second, 0.5);
  if (random.below(2) == 0) {  // tartan: fine lines between the bands
    const double line = (period + band) / 2;
    const Colour fine = mix(fabric.main, kBlack, 0.55);
    content += rectangle(0, line, period, period * 0.05, fine, 0.7) +
               rectangle(line, 0, period * 0.05, period, fine, 0.7);
  }
  return tile(svg, period, period, turn, content);
}

std::string dotted(Svg& svg, Random& random, const Fabric& fabric) {
  const double period = random.uniform(9.0, 22.0);
  const double radius = period * random.uniform(0.13, 0.25);
  const double quarter = period / 4;
  return tile(svg, period, period, random.below(2) == 0 ? 0.0 : 20.0,
              rectangle(0, 0, period, period, fabric.main) +
                  dot(quarter, quarter, radius, fabric.second) +
                  dot(3 * quarter, 3 * quarter, radius, fabric.second));
}

std::string gradient(Svg& svg, Random& random, const Fabric& fabric) {
  const Colour deep = mix(fabric.main, kBlack, 0.15);
  const Colour fade = mix(fabric.main, fabric.second, 0.8);
  const bool up = random.below(2) == 0;
  return svg.define(
      "linearGradient", R"(gradientUnits="userSpaceOnUse" x1="120" y1="60" x2="128" y2="270")",
      fmt::format(R"(<stop offset=".1" stop-color="{}"/><stop offset=".5" stop-color="{}"/>)"
                  R"(<stop offset="1" stop-color="{}"/>)",
                  css(up ? fade : deep), css(fabric.main), css(up ? deep : fade)));
}

}  // namespace

Colour mix(Colour a, Colour b, double share) noexcept {
  return {.red = a.red + (b.red - a.red) * share,
          .green = a.green + (b.green - a.green) * share,
          .blue = a.blue + (b.blue - a.blue) * share};
}

double brightness(Colour colour) noexcept {
  return 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue;
}

std::string css(Colour colour) {
  const auto level = [](double value) {
    return static_cast<int>(std::lround(255.0 * std::clamp(value, 0.0, 1.0)));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", level(colour.red), level(colour.green),
                     level(colour.blue));
}

std::span<const std::string_view> colour_names() noexcept { return kColourNames; }
std::span<const std::string_view> pattern_names() noexcept { return kPatternNames; }

Fabric weave(Svg& svg, Random& random) {
  const std::size_t drawn = random.below(8);
  const std::size_t pattern = drawn < kPatternNames.size() ? drawn : 0;
  Fabric fabric = dye(random, kPatternNames[pattern]);
  if (pattern == 1) fabric.fill = striped(svg, random, fabric);
  if (pattern == 2) fabric.fill = checked(svg, random, fabric);
  if (pattern == 3) fabric.fill = dotted(svg, random, fabric);
  if (pattern == 4) fabric.fill = gradient(svg, random, fabric);
  return fabric;
}

Fabric weave_plain(Random& random) { return dye(random, kPatternNames[0]); }

}  // namespace likeness
