// What our users of libvips share. Not for others: a caller needs libvips' own headers.
#pragma once

#include <memory>
#include <vips/vips8>

#include "likeness/catalogue/image.hpp"

namespace likeness {

struct UnrefBlob {
  void operator()(VipsBlob* blob) const noexcept {
    vips_area_unref(reinterpret_cast<VipsArea*>(blob));
  }
};
using Blob = std::unique_ptr<VipsBlob, UnrefBlob>;

// Before anything else is asked of libvips. Throws Error::kUnavailable if it cannot be started.
void start_vips();

// Of an image of three bands of 8 bits. Runs its pipeline in this thread, strip by strip, without
// the threads of libvips' own sinks.
[[nodiscard]] Image pixels_of(const vips::VImage& source, int strip_rows = 64);

}  // namespace likeness
