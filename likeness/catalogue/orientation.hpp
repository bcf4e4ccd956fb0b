// Which way the camera was held, and turning a picture so.
#pragma once

#include <cstddef>
#include <span>

#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/picture_format.hpp"

namespace likeness {

// EXIF's orientation is a number from 1 to 8 (EXIF 2.3, section 4.6.4.A): 1 is upright already,
// from 5 on width and height change places. Other numbers are not valid and count as 1.
[[nodiscard]] Image upright(Image image, int orientation);

[[nodiscard]] Size turned(Size size, int orientation) noexcept;

// What EXIF data, a TIFF structure, says: 1 if nothing valid.
[[nodiscard]] int exif_orientation(std::span<const std::byte> tiff);

// The orientation that a PNG, WebP or TIFF tells and its decoder does not apply: 1 for others.
[[nodiscard]] int stored_orientation(std::span<const std::byte> file, PictureFormat format);

}  // namespace likeness
