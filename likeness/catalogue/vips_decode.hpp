// Picture formats and colours through libvips: every format but JPEG.
#pragma once

#include <cstddef>
#include <span>

#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/picture_format.hpp"
#include "likeness/catalogue/stored_picture.hpp"

namespace likeness {

// Decodes as decode_image() promises. "Damaged" is only said of what is; of what the system's
// libraries cannot read, they themselves say why.
[[nodiscard]] Image decode_with_vips(std::span<const std::byte> file, PictureFormat format,
                                     const DecodeOptions& options);

// A profile that cannot be used says nothing about the colours, so the picture is taken as if it
// had none, as browsers do.
[[nodiscard]] Image to_srgb(StoredPicture picture);

}  // namespace likeness
