// Any bytes as IDX, plain or gzip: pictures of the promised size or one Error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/idx.hpp"

namespace {

void check_images(std::span<const std::byte> file) {
  const auto images = likeness::parse_idx_images(file, "fuzz");
  const auto pixels =
      static_cast<std::size_t>(images.size.width) * static_cast<std::size_t>(images.size.height);
  if (images.count == 0 || images.count * pixels != images.pixels.size()) std::abort();
}

void check_labels(std::span<const std::byte> file) {
  if (likeness::parse_idx_labels(file, "fuzz").empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto file = std::as_bytes(std::span(bytes, size));
  for (const auto check : {check_images, check_labels}) {
    try {
      check(file);
    } catch (const likeness::Error&) {
      continue;
    }
  }
  return 0;
}
