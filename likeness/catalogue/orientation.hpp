// Turns a picture the way its camera was held.
#pragma once

#include "likeness/catalogue/image.hpp"

namespace likeness {

// EXIF's orientation is a number from 1 to 8 (EXIF 2.3, section 4.6.4.A): 1 is upright already,
// from 5 on width and height change places. Other numbers are not valid and count as 1.
[[nodiscard]] Image upright(Image image, int orientation);

[[nodiscard]] Size turned(Size size, int orientation) noexcept;

}  // namespace likeness
