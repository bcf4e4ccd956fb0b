// Any bytes as a picture for a pack: one Error, or a record of the very size, by the fast road of
// JPEGs, the careful one or libvips.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/resize.hpp"

namespace {

constexpr std::size_t kMaxPixels = 250'000;  // more would only be slow
// Reduced within the JPEG's planes, reduced in RGB, and enlarged.
constexpr std::array kSizes = {likeness::Size{.width = 3, .height = 4},
                               likeness::Size{.width = 13, .height = 5},
                               likeness::Size{.width = 70, .height = 40}};

likeness::Image record(std::span<const std::byte> file, likeness::Size size, likeness::Fit fit) {
  likeness::MemoryBudget memory(1);
  return likeness::decode_resized(file, size, fit, {.max_pixels = kMaxPixels, .memory = &memory});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  for (const auto fit : {likeness::Fit::kStretch, likeness::Fit::kPad, likeness::Fit::kCrop}) {
    const likeness::Size to = kSizes.at(static_cast<std::size_t>(fit) % kSizes.size());
    try {
      const likeness::Image image = record(file, to, fit);
      if (image.size != to) std::abort();
      if (image.pixels.size() != std::size_t{3} * static_cast<std::size_t>(to.width) *
                                     static_cast<std::size_t>(to.height)) {
        std::abort();
      }
    } catch (const likeness::Error&) {
      continue;
    }
  }
  return 0;
}
