#include "likeness/catalogue/vips_image.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vips/vips8>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/jpeg_markers.hpp"
#include "likeness/catalogue/orientation.hpp"

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

void need_vips() {
  static const bool started = start();
  if (!started) throw Error(Error::Kind::kUnavailable, "libvips: cannot be started");
}

constexpr int kStripRows = 64;

// Runs the pipeline in this thread, strip by strip, without the threads of write_to_memory().
Image pixels_of(const VImage& source) {
  assert(source.bands() == 3 && source.format() == VIPS_FORMAT_UCHAR);
  const std::size_t row_bytes = 3 * static_cast<std::size_t>(source.width());
  Image image{.size = {.width = source.width(), .height = source.height()}, .pixels = {}};
  image.pixels.resize(row_bytes * static_cast<std::size_t>(source.height()));
  std::uint8_t* row = image.pixels.data();
  const vips::VRegion region = source.region();
  for (int top = 0; top < source.height(); top += kStripRows) {
    const int rows = std::min(kStripRows, source.height() - top);
    region.prepare(0, top, source.width(), rows);
    for (int y = top; y < top + rows; ++y, row += row_bytes) {
      std::memcpy(row, region.addr(0, y), row_bytes);
    }
  }
  return image;
}

struct UnrefBlob {
  void operator()(VipsBlob* blob) const noexcept {
    vips_area_unref(reinterpret_cast<VipsArea*>(blob));
  }
};
using Blob = std::unique_ptr<VipsBlob, UnrefBlob>;

// The loaders that hostile bytes may reach, each with its format's name for messages.
constexpr std::array<std::pair<std::string_view, const char*>, 6> kLoaders = {
    {{"VipsForeignLoadJpegBuffer", "JPEG"},
     {"VipsForeignLoadPngBuffer", "PNG"},
     {"VipsForeignLoadWebpBuffer", "WebP"},
     {"VipsForeignLoadTiffBuffer", "TIFF"},
     {"VipsForeignLoadNsgifBuffer", "GIF"},
     {"VipsForeignLoadHeifBuffer", "HEIF or AVIF"}}};

const char* format_of(std::span<const std::byte> file) {
  const char* loader = vips_foreign_find_load_buffer(file.data(), file.size());
  vips_error_clear();
  for (const auto& [name, format] : kLoaders) {
    if (loader != nullptr && name == loader) return format;
  }
  throw Error(Error::Kind::kInput, "is not a picture that can be read");
}

VImage on_white(const VImage& image) {
  if (image.has_alpha() == 0) return image;
  double white = 255.0;
  const auto colours = image.interpretation();
  if (colours == VIPS_INTERPRETATION_RGB16 || colours == VIPS_INTERPRETATION_GREY16)
    white = 65535.0;
  if (colours == VIPS_INTERPRETATION_CMYK) white = 0.0;
  return image.flatten(VImage::option()->set("background", white));
}

bool has_foreign_profile(const VImage& image) {
  if (image.get_typeof(VIPS_META_ICC_NAME) == 0) return false;
  std::size_t size = 0;
  const void* profile = image.get_blob(VIPS_META_ICC_NAME, &size);
  return !is_srgb_profile({static_cast<const std::byte*>(profile), size});
}

VImage without_profile(const VImage& image) {
  VImage plain = image.colourspace(VIPS_INTERPRETATION_sRGB);
  if (plain.bands() > 3) plain = plain.extract_band(0, VImage::option()->set("n", 3));
  return plain.cast(VIPS_FORMAT_UCHAR);
}

// A profile that cannot be used says nothing about the colours, so the picture is taken as if it
// had none, as browsers do.
VImage to_srgb(const VImage& image) {
  if (!has_foreign_profile(image)) return without_profile(image);
  try {
    auto* const options = VImage::option()
                              ->set("embedded", true)
                              ->set("depth", 8)
                              ->set("intent", VIPS_INTENT_RELATIVE);
    return without_profile(image.icc_transform("srgb", options));
  } catch (const vips::VError&) {
    vips_error_clear();
    return without_profile(image);
  }
}

// Averages whole blocks of pixels while still covering three times `at_least`, so that even a
// picture of 100 megapixels takes little memory. resize() does the rest. What does not fill a block
// at the right and below is lost; at twice, that shows.
VImage reduced(const VImage& image, Size at_least) {
  if (at_least.width <= 0 || at_least.height <= 0) return image;
  const int factor =
      std::min(image.width() / 3 / at_least.width, image.height() / 3 / at_least.height);
  return factor < 2 ? image : image.shrink(factor, factor);
}

Image decode_as(const char* format, std::span<const std::byte> file, const DecodeOptions& options) {
  try {
    auto* const reading =
        VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", VIPS_FAIL_ON_ERROR);
    const VImage stored = VImage::new_from_buffer(file.data(), file.size(), "", reading);
    refuse_too_large({.width = stored.width(), .height = stored.height()}, options);
    const bool told = stored.get_typeof(VIPS_META_ORIENTATION) != 0;
    const int orientation = told ? stored.get_int(VIPS_META_ORIENTATION) : 1;
    const VImage small = reduced(to_srgb(on_white(stored)), turned(options.at_least, orientation));
    return upright(pixels_of(small), orientation);
  } catch (const vips::VError&) {
    // libvips keeps one text for all threads, so what it says may be about another picture.
    vips_error_clear();
    throw Error(Error::Kind::kInput, std::string("is a damaged or truncated ") + format);
  }
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

Image decode_with_vips(std::span<const std::byte> file, const DecodeOptions& options) {
  need_vips();
  return decode_as(format_of(file), file, options);
}

Image render_svg(std::string_view svg, Size size) {
  assert(size.width > 0 && size.height > 0);
  need_vips();
  try {
    const Blob blob(vips_blob_new(nullptr, svg.data(), svg.size()));
    const VImage unscaled = VImage::svgload_buffer(blob.get());
    const double scale = static_cast<double>(size.width) / unscaled.width();
    const VImage drawn = VImage::svgload_buffer(blob.get(), VImage::option()->set("scale", scale));
    if (drawn.width() != size.width || drawn.height() != size.height) {
      throw Error(Error::Kind::kInput, "SVG cannot be drawn: its sides are in another proportion");
    }
    return pixels_of(on_white(drawn).colourspace(VIPS_INTERPRETATION_sRGB));
  } catch (const vips::VError& error) {
    vips_error_clear();
    throw Error(Error::Kind::kInput, std::string("SVG cannot be drawn: ") + error.what());
  }
}

std::vector<std::byte> encode_png(const Image& image) {
  need_vips();
  try {
    return bytes_of(Blob(view_of(image).pngsave_buffer()));
  } catch (const vips::VError& error) {
    fail_to_write("PNG", error);
  }
}

std::vector<std::byte> encode_gif(std::span<const Image> frames,
                                  std::span<const int> milliseconds) {
  need_vips();
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
  need_vips();
  try {
    // Letters suffer from a lower quality; more effort takes seconds and gains a tenth.
    auto* const options = VImage::option()->set("Q", 85)->set("effort", 2)->set("min_size", true);
    return bytes_of(Blob(pages_of(frames, milliseconds).webpsave_buffer(options)));
  } catch (const vips::VError& error) {
    fail_to_write("WebP", error);
  }
}

}  // namespace likeness
