// Colours with names, and the fabrics that the sample catalogue is cut from.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "likeness/base/random.hpp"
#include "likeness/sample/svg.hpp"

namespace likeness {

// sRGB, each from 0 to 1.
struct Colour {
  double red = 0.0;
  double green = 0.0;
  double blue = 0.0;
};

inline constexpr Colour kBlack{.red = 0.0, .green = 0.0, .blue = 0.0};
inline constexpr Colour kWhite{.red = 1.0, .green = 1.0, .blue = 1.0};

[[nodiscard]] Colour mix(Colour a, Colour b, double share) noexcept;
[[nodiscard]] double brightness(Colour colour) noexcept;  // 0 to 1
[[nodiscard]] std::string css(Colour colour);             // "#rrggbb"

struct Fabric {
  std::string_view colour;   // one of colour_names()
  std::string_view pattern;  // one of pattern_names()
  Colour main;
  Colour second;     // of stripes, dots and so on
  Colour seam;       // tells from main, whether that is dark or bright
  std::string fill;  // main and second as the pattern arranges them
};

[[nodiscard]] std::span<const std::string_view> colour_names() noexcept;
[[nodiscard]] std::span<const std::string_view> pattern_names() noexcept;

// A fabric by chance; nearly half are plain.
[[nodiscard]] Fabric weave(Svg& svg, Random& random);
// Leather and metal have no pattern.
[[nodiscard]] Fabric weave_plain(Random& random);

}  // namespace likeness
