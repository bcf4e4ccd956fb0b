// JPEG through libjpeg's own interface, the road of every file that the fast one (jpeg.hpp) leaves
// aside: any colour space, any profile, and a judgement of each of the decoder's warnings.
#pragma once

#include <cstddef>
#include <span>

#include "likeness/catalogue/stored_picture.hpp"

namespace likeness {

// Not upright, reduced by 1, 2, 4 or 8. `size` is what read_jpeg_markers() found, and what was paid
// for. Throws Error::kInput if it is of a kind that libjpeg cannot read, or damaged. A JPEG is
// damaged if pixels had to be invented. Warnings that lose nothing do not count: bytes
// before a marker, wrong scan parameters, tables too many, and an end that lacks only its marker.
[[nodiscard]] StoredPicture decode_jpeg_carefully(std::span<const std::byte> file, Size size,
                                                  int divisor);

}  // namespace likeness
