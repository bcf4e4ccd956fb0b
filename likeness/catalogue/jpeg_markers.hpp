// What a JPEG says about its pixels outside of them, which libjpeg-turbo's simple interface does
// not tell: which way is up, whether the colours are sRGB, and what decoding it costs.
#pragma once

#include <cstddef>
#include <span>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct JpegMarkers {
  int orientation = 1;             // 1 to 8, as the first EXIF segment says
  bool foreign_profile = false;    // there is an ICC profile, and it does not say what sRGB does
  Size size;                       // as stored; {0, 0}: nothing was found that tells it
  std::size_t samples = 0;         // of all components together, a byte each
  int coarsest_sampling = 1;       // pixels of a row that share a sample of some component
  int scans = 1;                   // passes over the pixels: more than one if it is progressive
  bool component_missing = false;  // of several scans, none has a component's mean values
};

// Reads as far as the markers make sense and never fails: what is damaged is left to the decoder.
[[nodiscard]] JpegMarkers read_jpeg_markers(std::span<const std::byte> file);

}  // namespace likeness
