// Any bytes as a picture: one Error, or pixels for every place, at full and at reduced size.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/resize.hpp"

namespace {

constexpr std::size_t kMaxPixels = 250'000;  // more would only be slow

void check(std::span<const std::byte> file, const likeness::DecodeOptions& options) {
  const likeness::Image image = likeness::decode_image(file, options);
  const auto [width, height] = image.size;
  if (width <= 0 || height <= 0) std::abort();
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  if (pixels > options.max_pixels || image.pixels.size() != 3 * pixels) std::abort();
  for (const auto fit : {likeness::Fit::kStretch, likeness::Fit::kPad, likeness::Fit::kCrop}) {
    const auto record = likeness::resize(image, {.width = 6, .height = 8}, fit);
    if (record.pixels.size() != std::size_t{3} * 6 * 8) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  for (const likeness::Size at_least :
       {likeness::Size{}, likeness::Size{.width = 6, .height = 8}}) {
    try {
      check(file, {.at_least = at_least, .max_pixels = kMaxPixels});
    } catch (const likeness::Error&) {
      continue;
    }
  }
  return 0;
}
