#include "likeness/shop/original_picture.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

std::optional<Image> original_picture(const Item& item, std::uint64_t longest,
                                      MemoryBudget& memory) {
  if (item.source.empty()) return std::nullopt;  // it was sent, not packed
  try {
    const std::vector<std::byte> bytes = read_file(item.source, PackOptions{}.max_file_bytes);
    if (digest(bytes) != item.digest) return std::nullopt;
    const auto side = static_cast<int>(longest);
    const Image image =
        decode_image(bytes, {.at_least = {.width = side, .height = side}, .memory = &memory});
    const Size size = scaled_size(image.size, longest);
    return size == image.size ? image : resize(image, size, Fit::kStretch);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace likeness
