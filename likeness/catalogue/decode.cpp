#include "likeness/catalogue/decode.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/careful_jpeg.hpp"
#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/jpeg_markers.hpp"
#include "likeness/catalogue/orientation.hpp"
#include "likeness/catalogue/picture_format.hpp"
#include "likeness/catalogue/vips_decode.hpp"

namespace likeness {
namespace {

PictureFormat format_of(std::span<const std::byte> file) {
  if (file.empty()) throw Error(Error::Kind::kInput, "is empty");
  const std::optional<PictureFormat> format = picture_format(file);
  if (!format) throw Error(Error::Kind::kInput, "is not a picture that can be read");
  return *format;
}

std::size_t count(Size size) {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
}

bool exceeds(Size size, Size than) { return size.width > than.width || size.height > than.height; }

int divisor_of(const JpegMarkers& markers, const DecodeOptions& options) {
  return jpeg_divisor(markers, turned(options.at_least, markers.orientation));
}

// From the head alone; returns the memory that is asked for.
std::size_t check_cost(const JpegMarkers& markers, std::size_t file_bytes,
                       const DecodeOptions& options) {
  constexpr int kMaxScans = 100;
  if (markers.scans > kMaxScans) {
    throw Error(Error::Kind::kInput, "has more than 100 scans, which no camera or program makes");
  }
  if (markers.component_missing) {
    throw Error(Error::Kind::kInput, "is a damaged or truncated JPEG: a scan is missing");
  }
  const int divisor = divisor_of(markers, options);
  const auto scaled = [&](int side) { return (side + divisor - 1) / divisor; };
  const Size size{.width = scaled(markers.size.width), .height = scaled(markers.size.height)};
  refuse_too_large(size, options.max_pixels);
  // A further scan costs a tenth of what making pixels does.
  const auto scans = static_cast<std::size_t>(markers.scans);
  refuse_too_costly(markers.size, markers.samples + markers.samples / 10 * (scans - 1), file_bytes);
  const std::size_t coefficients = scans > 1 ? sizeof(std::int16_t) * markers.samples : 0;
  return 3 * count(size) + coefficients;
}

MemoryBudget::Share share_of(MemoryBudget* budget, std::size_t bytes) {
  return budget == nullptr ? MemoryBudget::Share() : budget->take(bytes);
}

// The fast road if it gives no warning, or if a careful look finds that what it warns of is
// harmless, so that the pixels are those of the file without that blemish; the careful road
// otherwise. `fast` makes the picture, `rest` what is to be done with a careful one.
template <typename Fast, typename Rest>
Image decode_jpeg_file(std::span<const std::byte> file, const DecodeOptions& options,
                       const Fast& fast, const Rest& rest) {
  const JpegMarkers markers = read_jpeg_markers(file);
  const auto share = share_of(options.memory, check_cost(markers, file.size(), options));
  std::optional<Image> image = fast(markers, Warnings::kFail);
  if (image) return *std::move(image);
  StoredPicture stored = decode_jpeg_carefully(file, markers.size, divisor_of(markers, options));
  image = fast(markers, Warnings::kIgnore);
  if (image) return *std::move(image);
  return rest(upright(to_srgb(std::move(stored)), markers.orientation));
}

}  // namespace

Image decode_image(std::span<const std::byte> file, const DecodeOptions& options) {
  const PictureFormat format = format_of(file);
  if (format != PictureFormat::kJpeg) return decode_with_vips(file, format, options);
  return decode_jpeg_file(
      file, options,
      [&](const JpegMarkers& markers, Warnings warnings) {
        return decode_jpeg(file, markers, options.at_least, warnings);
      },
      [](Image image) { return image; });
}

Image decode_resized(std::span<const std::byte> file, Size size, Fit fit, DecodeOptions options) {
  options.at_least = size;
  const PictureFormat format = format_of(file);
  if (format != PictureFormat::kJpeg) {
    return resize(decode_with_vips(file, format, options), size, fit);
  }
  return decode_jpeg_file(
      file, options,
      [&](const JpegMarkers& markers, Warnings warnings) {
        return decode_jpeg(file, markers, size, fit, warnings);
      },
      [&](const Image& image) { return resize(image, size, fit); });
}

std::optional<Image> decode_larger(std::span<const std::byte> file, Size than, Size size, Fit fit,
                                   DecodeOptions options) {
  const PictureFormat format = format_of(file);
  if (format == PictureFormat::kJpeg) {
    const JpegMarkers markers = read_jpeg_markers(file);
    if (!exceeds(turned(markers.size, markers.orientation), than)) return std::nullopt;
    return decode_resized(file, size, fit, options);
  }
  options.at_least = size;
  const Image image = decode_with_vips(file, format, options);
  if (!exceeds(image.size, than)) return std::nullopt;
  return resize(image, size, fit);
}

}  // namespace likeness
