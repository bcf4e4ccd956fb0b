#include "likeness/shop/original_picture.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

OriginalFile original_file(const Item& item) {
  if (item.source.empty()) return {.state = OriginalState::kNone};
  try {
    std::vector<std::byte> bytes = read_file(item.source, PackOptions{}.max_file_bytes);
    if (digest(bytes) != item.digest) return {.state = OriginalState::kChanged};
    return {.state = OriginalState::kThere, .bytes = std::move(bytes)};
  } catch (const Error& error) {
    const bool is_gone = error.kind() == Error::Kind::kNotFound;
    return {.state = is_gone ? OriginalState::kGone : OriginalState::kUnreadable};
  }
}

std::optional<Image> original_picture(const Item& item, std::uint64_t longest,
                                      MemoryBudget& memory) {
  const OriginalFile file = original_file(item);
  if (file.state != OriginalState::kThere) return std::nullopt;
  try {
    const auto side = static_cast<int>(longest);
    const Image image =
        decode_image(file.bytes, {.at_least = {.width = side, .height = side}, .memory = &memory});
    const Size size = scaled_size(image.size, longest);
    return size == image.size ? image : resize(image, size, Fit::kStretch);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace likeness
