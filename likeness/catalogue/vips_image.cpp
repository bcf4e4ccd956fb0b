// A part of the library that vips_library.cpp loads.
#include <algorithm>
#include <cassert>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/vips_calls.hpp"
#include "likeness/catalogue/vips_pixels.hpp"

namespace likeness {
namespace {

using vips::VImage;

void keep_silent(const gchar* /*domain*/, GLogLevelFlags /*level*/, const gchar* /*message*/,
                 gpointer /*user*/) {}

bool start() {
  if (VIPS_INIT("likeness") != 0) return false;
  // We decode many pictures at once ourselves, each of them once.
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoadSvg", FALSE);  // for render_svg; decoding refuses it
  g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING, keep_silent, nullptr);
  return true;
}

// Valid as long as the image.
VImage view_of(const Image& image) {
  return VImage::new_from_memory(const_cast<std::uint8_t*>(image.pixels.data()),
                                 image.pixels.size(), image.size.width, image.size.height, 3,
                                 VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

// An animation as libvips has it: one tall picture.
VImage pages_of(std::span<const Image> frames, std::span<const int> milliseconds) {
  assert(!frames.empty() && frames.size() == milliseconds.size());
  std::vector<VImage> views;
  for (const Image& frame : frames) {
    assert(frame.size == frames.front().size);
    views.push_back(view_of(frame));
  }
  // A copy, as others may hold the joined picture, and attributes are set in place.
  VImage joined = VImage::arrayjoin(views, VImage::option()->set("across", 1)).copy();
  joined.set(VIPS_META_PAGE_HEIGHT, frames.front().size.height);
  joined.set("delay", std::vector<int>(milliseconds.begin(), milliseconds.end()));
  joined.set("loop", 0);
  return joined;
}

std::vector<std::byte> bytes_of(const Blob& blob) {
  std::size_t size = 0;
  const auto* first = static_cast<const std::byte*>(vips_blob_get(blob.get(), &size));
  return {first, first + size};
}

[[noreturn]] void fail_to_write(const char* format, const vips::VError& error) {
  vips_error_clear();
  throw Error(Error::Kind::kInput,
              std::string("picture cannot be written as ") + format + ": " + error.what());
}

}  // namespace

void start_vips() {
  static const bool started = start();
  if (!started) throw Error(Error::Kind::kUnavailable, "libvips: cannot be started");
}

Image pixels_of(const VImage& source, int strip_rows) {
  assert(source.bands() == 3 && source.format() == VIPS_FORMAT_UCHAR);
  const std::size_t row_bytes = 3 * static_cast<std::size_t>(source.width());
  Image image{.size = {.width = source.width(), .height = source.height()}, .pixels = {}};
  image.pixels.resize(row_bytes * static_cast<std::size_t>(source.height()));
  std::uint8_t* row = image.pixels.data();
  const vips::VRegion region = source.region();
  for (int top = 0; top < source.height(); top += strip_rows) {
    const int rows = std::min(strip_rows, source.height() - top);
    region.prepare(0, top, source.width(), rows);
    for (int y = top; y < top + rows; ++y, row += row_bytes) {
      std::memcpy(row, region.addr(0, y), row_bytes);
    }
  }
  return image;
}

namespace in_vips_library {

std::string version() { return vips_version_string(); }

Image render_svg(std::string_view svg, Size size) {
  assert(size.width > 0 && size.height > 0);
  start_vips();
  try {
    const Blob blob(vips_blob_new(nullptr, svg.data(), svg.size()));
    const VImage unscaled = VImage::svgload_buffer(blob.get());
    const double scale = static_cast<double>(size.width) / unscaled.width();
    const VImage drawn = VImage::svgload_buffer(blob.get(), VImage::option()->set("scale", scale));
    if (drawn.width() != size.width || drawn.height() != size.height) {
      throw Error(Error::Kind::kInput, "SVG cannot be drawn: its sides are in another proportion");
    }
    const VImage on_white = drawn.flatten(VImage::option()->set("background", 255.0));
    return pixels_of(on_white.colourspace(VIPS_INTERPRETATION_sRGB));
  } catch (const vips::VError& error) {
    vips_error_clear();
    throw Error(Error::Kind::kInput, std::string("SVG cannot be drawn: ") + error.what());
  }
}

std::vector<std::byte> encode_png(const Image& image) {
  start_vips();
  try {
    return bytes_of(Blob(view_of(image).pngsave_buffer()));
  } catch (const vips::VError& error) {
    fail_to_write("PNG", error);
  }
}

std::vector<std::byte> encode_gif(std::span<const Image> frames,
                                  std::span<const int> milliseconds) {
  start_vips();
  try {
    // More effort takes ten times as long and cannot be told apart.
    auto* const options = VImage::option()->set("effort", 1)->set("dither", 0.6);
    return bytes_of(Blob(pages_of(frames, milliseconds).gifsave_buffer(options)));
  } catch (const vips::VError& error) {
    fail_to_write("GIF", error);
  }
}

std::vector<std::byte> encode_webp(std::span<const Image> frames,
                                   std::span<const int> milliseconds) {
  start_vips();
  try {
    // Letters suffer from a lower quality; more effort takes seconds and gains a tenth.
    auto* const options = VImage::option()->set("Q", 85)->set("effort", 2)->set("min_size", true);
    return bytes_of(Blob(pages_of(frames, milliseconds).webpsave_buffer(options)));
  } catch (const vips::VError& error) {
    fail_to_write("WebP", error);
  }
}

}  // namespace in_vips_library
}  // namespace likeness
