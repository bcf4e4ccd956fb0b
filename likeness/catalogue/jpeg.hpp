// JPEG through libjpeg-turbo, the fast road that nearly every catalogue picture takes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/jpeg_markers.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

// By how much a JPEG is reduced while it is decoded: the largest of 8, 4, 2 and 1, the scales that
// libjpeg-turbo computes with SIMD, that still covers twice `at_least` (sides as stored; {0, 0}:
// 1), as resize() filters the rest better than a reduced inverse cosine transform does.
[[nodiscard]] int jpeg_divisor(const JpegMarkers& markers, Size at_least) noexcept;

// Of the decoder, which cannot say whether they are harmless.
enum class Warnings { kFail, kIgnore };

// The upright picture, reduced by jpeg_divisor(); `at_least` is upright, too. Nothing if this file
// is for decode_jpeg_carefully(): CMYK, a profile that is not sRGB, odd sampling, or a warning of
// the decoder, which may be a harmless one.
[[nodiscard]] std::optional<Image> decode_jpeg(std::span<const std::byte> file,
                                               const JpegMarkers& markers, Size at_least,
                                               Warnings warnings);

// The same, resized. A picture that becomes at most half as large stays in the planes of its file
// until it is small: most of the work of making RGB is for pixels that nobody will see.
[[nodiscard]] std::optional<Image> decode_jpeg(std::span<const std::byte> file,
                                               const JpegMarkers& markers, Size size, Fit fit,
                                               Warnings warnings);

// Baseline JPEG with halved colour resolution (4:2:0), as shops send it; quality is 1 to 100.
[[nodiscard]] std::vector<std::byte> encode_jpeg(const Image& image, int quality);

}  // namespace likeness
