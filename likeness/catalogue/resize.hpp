// Makes a picture smaller (or larger) without aliasing, the same bytes on every machine.
#pragma once

#include <optional>
#include <string_view>

#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/planes.hpp"

namespace likeness {

// How a picture of one shape fills a frame of another.
enum class Fit {
  kStretch,  // sides are scaled each by its own factor
  kPad,      // the whole picture, centred, on white
  kCrop,     // the frame is filled; what stands out is cut off on both sides alike
};

[[nodiscard]] const char* name_of(Fit fit) noexcept;  // "stretch", "pad", "crop"
[[nodiscard]] std::optional<Fit> fit_named(std::string_view name) noexcept;

// Triangle filter as wide as the reduction demands (bilinear when enlarging), in fixed point.
[[nodiscard]] Image resize(const Image& image, Size size, Fit fit);

// The same, upright, of a picture whose colours become RGB only at the new size.
[[nodiscard]] Image resize(const Planes& picture, Size size, Fit fit);

// The same shape, of which the longer side is `longest`; 0, or more than it has: as it is.
[[nodiscard]] Size scaled_size(Size size, std::uint64_t longest);

}  // namespace likeness
