// What a JPEG says about its pixels before they begin, which libjpeg-turbo's simple interface
// does not tell: which way is up, and whether the colours are sRGB.
#pragma once

#include <cstddef>
#include <span>

namespace likeness {

struct JpegMarkers {
  int orientation = 1;           // as EXIF says, 1 to 8
  bool foreign_profile = false;  // there is an ICC profile, and it does not call itself sRGB
};

[[nodiscard]] bool is_jpeg(std::span<const std::byte> file) noexcept;

// Reads as far as the markers make sense and never fails: what is damaged is left to the decoder.
[[nodiscard]] JpegMarkers read_jpeg_markers(std::span<const std::byte> file);

// For any format: does the profile's description (ICC.1:2010, 9.2.41) begin with "sRGB"? A wrong
// "no" costs only time, for the colours are then converted to what they were.
[[nodiscard]] bool is_srgb_profile(std::span<const std::byte> profile);

}  // namespace likeness
