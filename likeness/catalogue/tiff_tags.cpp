#include "likeness/catalogue/tiff_tags.hpp"

#include <limits>
#include <string_view>

#include "likeness/base/bytes.hpp"

namespace likeness {
namespace {

using Bytes = std::span<const std::byte>;
using namespace std::string_view_literals;

}  // namespace

std::optional<std::uint64_t> number_at(Bytes bytes, std::size_t offset, std::size_t width,
                                       ByteOrder order) {
  if (offset > bytes.size() || bytes.size() - offset < width) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t place = order == ByteOrder::kBigEndian ? i : width - 1 - i;
    number = number << 8U | std::to_integer<std::uint64_t>(bytes[offset + place]);
  }
  return number;
}

std::optional<TiffTags> TiffTags::open(Bytes tiff) {
  const bool little = has_text_at(tiff, 0, "II*\0"sv) || has_text_at(tiff, 0, "II+\0"sv);
  const bool big_endian = has_text_at(tiff, 0, "MM\0*"sv) || has_text_at(tiff, 0, "MM\0+"sv);
  if (!little && !big_endian) return std::nullopt;
  const bool big = has_text_at(tiff, 0, "II+") || has_text_at(tiff, 0, "MM\0+"sv);
  TiffTags tags(tiff, little ? ByteOrder::kLittleEndian : ByteOrder::kBigEndian, big);
  const std::uint64_t directory = big ? tags.at(8, 8).value_or(0) : tags.at(4, 4).value_or(0);
  if (directory > std::numeric_limits<std::uint32_t>::max()) return tags;  // far behind our bytes
  tags.entries_ = static_cast<std::size_t>(directory) + (big ? 8 : 2);
  tags.count_ = static_cast<std::size_t>(
      tags.at(static_cast<std::size_t>(directory), big ? 8 : 2).value_or(0));
  return tags;
}

std::optional<std::size_t> TiffTags::entry_of(std::uint16_t tag) const {
  std::size_t entry = entries_;
  for (std::size_t i = 0; i < count_; ++i, entry += big_ ? 20 : 12) {
    const auto found = at(entry, 2);
    if (!found) return std::nullopt;
    if (*found == tag) return entry;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> TiffTags::number(std::uint16_t tag) const {
  const std::optional<std::size_t> entry = entry_of(tag);
  if (!entry) return std::nullopt;
  const std::size_t value = *entry + (big_ ? 12 : 8);
  switch (at(*entry + 2, 2).value_or(0)) {
    case 1:  // BYTE
    case 6: return at(value, 1);
    case 3:  // SHORT
    case 8: return at(value, 2);
    case 4:  // LONG
    case 9:
    case 13: return at(value, 4);
    case 16:  // LONG8
    case 17: return big_ ? at(value, 8) : std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace likeness
