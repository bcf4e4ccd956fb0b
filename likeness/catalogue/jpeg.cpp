#include "likeness/catalogue/jpeg.hpp"

#include <turbojpeg.h>

#include <cassert>
#include <memory>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/jpeg_markers.hpp"
#include "likeness/catalogue/orientation.hpp"

namespace likeness {
namespace {

struct DestroyHandle {
  void operator()(void* handle) const noexcept { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, DestroyHandle>;

struct FreeJpeg {
  void operator()(unsigned char* bytes) const noexcept { tjFree(bytes); }
};

Handle started(tjhandle handle) {
  if (handle == nullptr) {
    throw Error(Error::Kind::kUnavailable, "libjpeg-turbo: cannot be started");
  }
  return Handle(handle);
}

// A thread's next decoder. libjpeg-turbo's working memory is worth keeping, but only after
// success: a decoder that failed may fail on the next picture, too, however good that is.
thread_local Handle spare_decompressor;

Handle take_decompressor() {
  return spare_decompressor ? std::move(spare_decompressor) : started(tjInitDecompress());
}

// Only the scales that libjpeg-turbo computes with SIMD.
Size reduced(Size stored, Size at_least) {
  if (at_least == Size{}) return stored;
  for (const int divisor : {8, 4, 2}) {
    const tjscalingfactor factor{.num = 1, .denom = divisor};
    const Size size{.width = TJSCALED(stored.width, factor),
                    .height = TJSCALED(stored.height, factor)};
    if (size.width / 2 >= at_least.width && size.height / 2 >= at_least.height) return size;
  }
  return stored;
}

}  // namespace

std::optional<Image> decode_jpeg(std::span<const std::byte> file, const DecodeOptions& options) {
  const JpegMarkers markers = read_jpeg_markers(file);
  Handle decompressor = take_decompressor();
  const auto* bytes = reinterpret_cast<const unsigned char*>(file.data());
  Size stored;
  int sampling = 0;
  int colours = 0;
  const int failed = tjDecompressHeader3(decompressor.get(), bytes, file.size(), &stored.width,
                                         &stored.height, &sampling, &colours);
  if (failed != 0 || stored.width == 0 || markers.foreign_profile || colours == TJCS_CMYK ||
      colours == TJCS_YCCK) {
    return std::nullopt;
  }
  refuse_too_large(stored, options);
  const Size size = reduced(stored, turned(options.at_least, markers.orientation));
  Image image{.size = size, .pixels = {}};
  image.pixels.resize(std::size_t{3} * static_cast<std::size_t>(size.width) *
                      static_cast<std::size_t>(size.height));
  if (tjDecompress2(decompressor.get(), bytes, file.size(), image.pixels.data(), size.width, 0,
                    size.height, TJPF_RGB, TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) != 0) {
    throw Error(Error::Kind::kInput, std::string("is a damaged or truncated JPEG: ") +
                                         tjGetErrorStr2(decompressor.get()));
  }
  spare_decompressor = std::move(decompressor);
  return upright(std::move(image), markers.orientation);
}

std::vector<std::byte> encode_jpeg(const Image& image, int quality) {
  assert(quality >= 1 && quality <= 100);
  const Handle compressor = started(tjInitCompress());
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int failed =
      tjCompress2(compressor.get(), image.pixels.data(), image.size.width, 0, image.size.height,
                  TJPF_RGB, &bytes, &size, TJSAMP_420, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, FreeJpeg> owner(bytes);
  if (failed != 0) {
    throw Error(Error::Kind::kInput, std::string("picture cannot be written as JPEG: ") +
                                         tjGetErrorStr2(compressor.get()));
  }
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  return {first, first + size};
}

}  // namespace likeness
