#include "likeness/catalogue/decode.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/jpeg_markers.hpp"
#include "likeness/catalogue/vips_image.hpp"

namespace likeness {
namespace {

constexpr int kMaxSide = 65'535;  // what JPEG allows; longer strips are no pictures

}  // namespace

Image decode_image(std::span<const std::byte> file, const DecodeOptions& options) {
  if (file.empty()) throw Error(Error::Kind::kInput, "is empty");
  if (is_jpeg(file)) {
    std::optional<Image> image = decode_jpeg(file, options);
    if (image) return *std::move(image);
  }
  return decode_with_vips(file, options);
}

Image decode_resized(std::span<const std::byte> file, Size size, Fit fit, DecodeOptions options) {
  if (file.empty()) throw Error(Error::Kind::kInput, "is empty");
  options.at_least = size;
  if (is_jpeg(file)) {
    std::optional<Image> image = decode_jpeg(file, size, fit, options);
    if (image) return *std::move(image);
  }
  return resize(decode_with_vips(file, options), size, fit);
}

void refuse_too_large(Size size, const DecodeOptions& options) {
  const std::size_t pixels =
      static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  const std::string sides = std::to_string(size.width) + "x" + std::to_string(size.height);
  if (pixels > options.max_pixels) {
    throw Error(Error::Kind::kInput, "has " + sides + " pixels; at most " +
                                         with_thousands(options.max_pixels) + " are decoded");
  }
  if (std::max(size.width, size.height) > kMaxSide) {
    throw Error(Error::Kind::kInput, "has sides of " + sides + " pixels; at most " +
                                         with_thousands(kMaxSide) + " a side are decoded");
  }
}

}  // namespace likeness
