// JPEG through libjpeg-turbo, the fast road that nearly every catalogue picture takes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

// The upright picture at the smallest of the scales 1/8, 1/4, 1/2 and 1 that still covers twice
// options.at_least: resize() filters the rest better than a reduced inverse cosine transform does.
// Nothing if this file needs libvips (CMYK, a profile that is not sRGB, odd sampling) or cannot
// even be begun. Throws Error::kInput if it is too large or damaged: a warning counts, for half a
// picture would be learned as a grey one.
[[nodiscard]] std::optional<Image> decode_jpeg(std::span<const std::byte> file,
                                               const DecodeOptions& options);

// The same, resized; options.at_least is to be `size`. A picture that becomes at most half
// as large stays in the planes of its file until it is small: most of the work of making RGB is for
// pixels that nobody will see.
[[nodiscard]] std::optional<Image> decode_jpeg(std::span<const std::byte> file, Size size, Fit fit,
                                               const DecodeOptions& options);

// Baseline JPEG with halved colour resolution (4:2:0), as shops send it; quality is 1 to 100.
[[nodiscard]] std::vector<std::byte> encode_jpeg(const Image& image, int quality);

}  // namespace likeness
