#include "likeness/catalogue/jpeg.hpp"

#include <turbojpeg.h>

#include <array>
#include <cassert>
#include <memory>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/orientation.hpp"
#include "likeness/catalogue/planes.hpp"

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

// A JPEG whose head is read and found good.
class Reader {
 public:
  // Nothing if libjpeg-turbo's simple interface is not to decode it.
  static std::optional<Reader> open(std::span<const std::byte> file, const JpegMarkers& markers,
                                    Size upright_at_least, Warnings warnings) {
    if (markers.foreign_profile) return std::nullopt;
    Reader reader(file, warnings);
    const bool good = reader.is_good(tjDecompressHeader3(
        reader.decompressor_.get(), reader.bytes(), file.size(), &reader.stored_.width,
        &reader.stored_.height, &reader.sampling_, &reader.colours_));
    if (!good || reader.stored_.width == 0 || reader.stored_ != markers.size ||
        reader.colours_ == TJCS_CMYK || reader.colours_ == TJCS_YCCK) {
      return std::nullopt;
    }
    reader.orientation_ = markers.orientation;
    const Size at_least = turned(upright_at_least, reader.orientation_);
    reader.divisor_ = jpeg_divisor(markers, at_least);
    // From half the size on, the colours' planes have a sample for each new pixel, even if they
    // are stored at half the resolution.
    reader.reduced_ = at_least != Size{} && reader.stored_.width / 2 >= at_least.width &&
                      reader.stored_.height / 2 >= at_least.height;
    return reader;
  }

  [[nodiscard]] bool planes_will_do() const noexcept {
    const bool known = colours_ == TJCS_GRAY || colours_ == TJCS_YCbCr;
    return reduced_ && known && tjMCUWidth[sampling_] <= 16;
  }

  // Nothing, here and below, at the first warning.
  [[nodiscard]] std::optional<Image> read() && {
    const Size size = scaled();
    Image image{.size = size, .pixels = {}};
    image.pixels.resize(std::size_t{3} * static_cast<std::size_t>(size.width) *
                        static_cast<std::size_t>(size.height));
    if (!is_good(tjDecompress2(decompressor_.get(), bytes(), file_.size(), image.pixels.data(),
                               size.width, 0, size.height, TJPF_RGB, flags()))) {
      return std::nullopt;
    }
    spare_decompressor = std::move(decompressor_);
    return upright(std::move(image), orientation_);
  }

  [[nodiscard]] std::optional<Planes> read_planes() && {
    const Size size = scaled();
    Planes result{.size = stored_, .orientation = orientation_, .planes = {}};
    result.planes.resize(colours_ == TJCS_GRAY ? 1 : 3);
    std::array<unsigned char*, 3> to{};
    for (std::size_t i = 0; i < result.planes.size(); ++i) {
      result.planes[i] = empty_plane(static_cast<int>(i), size);
      to.at(i) = result.planes[i].samples.data();
    }
    if (!is_good(tjDecompressToYUVPlanes(decompressor_.get(), bytes(), file_.size(), to.data(),
                                         size.width, nullptr, size.height, flags()))) {
      return std::nullopt;
    }
    spare_decompressor = std::move(decompressor_);
    return result;
  }

 private:
  Reader(std::span<const std::byte> file, Warnings warnings)
      : file_(file), warnings_(warnings), decompressor_(take_decompressor()) {}

  [[nodiscard]] int flags() const noexcept {
    return TJFLAG_LIMITSCANS | (warnings_ == Warnings::kFail ? TJFLAG_STOPONWARNING : 0);
  }

  [[nodiscard]] bool is_good(int failed) const noexcept {
    return failed == 0 ||
           (warnings_ == Warnings::kIgnore && tjGetErrorCode(decompressor_.get()) == TJERR_WARNING);
  }

  [[nodiscard]] const unsigned char* bytes() const noexcept {
    return reinterpret_cast<const unsigned char*>(file_.data());
  }

  [[nodiscard]] Size scaled() const noexcept {
    const tjscalingfactor factor{.num = 1, .denom = divisor_};
    return {.width = TJSCALED(stored_.width, factor), .height = TJSCALED(stored_.height, factor)};
  }

  [[nodiscard]] Plane empty_plane(int component, Size size) const {
    constexpr int kBlock = 8;
    const bool colour = component > 0;
    const Size pixels{.width = divisor_ * (colour ? tjMCUWidth[sampling_] / kBlock : 1),
                      .height = divisor_ * (colour ? tjMCUHeight[sampling_] / kBlock : 1)};
    const int width = tjPlaneWidth(component, size.width, sampling_);
    const int height = tjPlaneHeight(component, size.height, sampling_);
    Plane plane{.size = {.width = (stored_.width + pixels.width - 1) / pixels.width,
                         .height = (stored_.height + pixels.height - 1) / pixels.height},
                .row_bytes = static_cast<std::size_t>(width),
                .pixels_per_sample = pixels,
                .samples = {}};
    assert(plane.size.width <= width && plane.size.height <= height);
    plane.samples.resize(plane.row_bytes * static_cast<std::size_t>(height));
    return plane;
  }

  std::span<const std::byte> file_;
  Warnings warnings_;
  Handle decompressor_;
  Size stored_;
  int sampling_ = 0;
  int colours_ = 0;
  int orientation_ = 1;
  int divisor_ = 1;
  bool reduced_ = false;
};

}  // namespace

int jpeg_divisor(const JpegMarkers& markers, Size at_least) noexcept {
  const Size stored = markers.size;
  // 4:1:1 is rare, and at a reduced scale its colours would be too coarse.
  if (at_least == Size{} || markers.coarsest_sampling > 2) return 1;
  for (const int divisor : {8, 4, 2}) {
    const tjscalingfactor factor{.num = 1, .denom = divisor};
    if (TJSCALED(stored.width, factor) / 2 >= at_least.width &&
        TJSCALED(stored.height, factor) / 2 >= at_least.height) {
      return divisor;
    }
  }
  return 1;
}

std::optional<Image> decode_jpeg(std::span<const std::byte> file, const JpegMarkers& markers,
                                 Size at_least, Warnings warnings) {
  std::optional<Reader> reader = Reader::open(file, markers, at_least, warnings);
  if (!reader) return std::nullopt;
  return std::move(*reader).read();
}

std::optional<Image> decode_jpeg(std::span<const std::byte> file, const JpegMarkers& markers,
                                 Size size, Fit fit, Warnings warnings) {
  std::optional<Reader> reader = Reader::open(file, markers, size, warnings);
  if (!reader) return std::nullopt;
  if (reader->planes_will_do()) {
    const std::optional<Planes> planes = std::move(*reader).read_planes();
    if (!planes) return std::nullopt;
    return resize(*planes, size, fit);
  }
  std::optional<Image> image = std::move(*reader).read();
  if (!image || image->size == size) return image;
  return resize(*image, size, fit);
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
