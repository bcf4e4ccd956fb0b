// Which picture format a file is of, by its first bytes alone: names and extensions lie.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace likeness {

// All formats that decode_image() reads.
enum class PictureFormat { kJpeg, kPng, kWebp, kTiff, kGif, kHeif };

// So many first bytes of a file tell its format; fewer will do if the file has no more.
inline constexpr std::size_t kPictureHeadBytes = 4096;

// Nothing if these are the first bytes of something else: a film (MP4 and MOV begin as HEIF does,
// but with other brands), a document, a drawing, or a camera's raw picture. Raw formats that
// are TIFF inside (CR2, DNG, NEF, ARW, ...) are known by their first directory; where that lies
// behind `head`, the file counts as TIFF.
[[nodiscard]] std::optional<PictureFormat> picture_format(std::span<const std::byte> head);

[[nodiscard]] inline bool looks_like_picture(std::span<const std::byte> head) {
  return picture_format(head).has_value();
}

[[nodiscard]] const char* name_of(PictureFormat format) noexcept;  // "HEIF or AVIF"

}  // namespace likeness
