#include "likeness/catalogue/jpeg_markers.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace likeness {
namespace {

using Bytes = std::span<const std::byte>;
using namespace std::string_view_literals;

enum class Order { kBigEndian, kLittleEndian };

// The number of `width` bytes at `offset`, or nothing if it is not all there.
std::optional<std::uint32_t> number_at(Bytes bytes, std::size_t offset, std::size_t width,
                                       Order order = Order::kBigEndian) {
  if (offset > bytes.size() || bytes.size() - offset < width) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t place = order == Order::kBigEndian ? i : width - 1 - i;
    number = number << 8 | std::to_integer<std::uint32_t>(bytes[offset + place]);
  }
  return number;
}

bool starts_with(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::ranges::equal(bytes.first(text.size()), std::as_bytes(std::span(text)));
}

// The first directory of a TIFF structure: 12 bytes an entry, of which the orientation is one
// 16-bit number (tag 274, type 3).
std::optional<int> orientation_of(Bytes tiff) {
  const Order order = starts_with(tiff, "II") ? Order::kLittleEndian : Order::kBigEndian;
  if (!starts_with(tiff, "II*\0"sv) && !starts_with(tiff, "MM\0*"sv)) return std::nullopt;
  const std::size_t directory = number_at(tiff, 4, 4, order).value_or(0);
  const std::size_t count = number_at(tiff, directory, 2, order).value_or(0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    const auto tag = number_at(tiff, entry, 2, order);
    const auto value = number_at(tiff, entry + 8, 2, order);
    if (!tag || !value) return std::nullopt;
    if (*tag != 274) continue;
    if (number_at(tiff, entry + 2, 2, order) != 3U || *value < 1 || *value > 8) return std::nullopt;
    return static_cast<int>(*value);
  }
  return std::nullopt;
}

void read_segment(std::uint32_t marker, Bytes segment, JpegMarkers& markers) {
  constexpr auto kExif = "Exif\0\0"sv;
  constexpr auto kProfile = "ICC_PROFILE\0\1"sv;  // and the number of parts; the first tells enough
  if (marker == 0xe1 && starts_with(segment, kExif)) {
    const auto orientation = orientation_of(segment.subspan(kExif.size()));
    if (orientation) markers.orientation = *orientation;
  }
  if (marker == 0xe2 && starts_with(segment, kProfile) && segment.size() > kProfile.size()) {
    markers.foreign_profile = !is_srgb_profile(segment.subspan(kProfile.size() + 1));
  }
}

}  // namespace

bool is_jpeg(Bytes file) noexcept { return starts_with(file, "\xff\xd8\xff"sv); }

JpegMarkers read_jpeg_markers(Bytes file) {
  constexpr std::uint32_t kStartOfScan = 0xda;
  JpegMarkers markers;
  std::size_t offset = 2;
  while (number_at(file, offset, 1) == 0xffU) {
    const std::uint32_t marker = number_at(file, offset + 1, 1).value_or(kStartOfScan);
    if (marker == 0xff) {  // any number of fill bytes may stand before a marker
      ++offset;
      continue;
    }
    const auto length = number_at(file, offset + 2, 2);  // counts itself, not the marker
    if (!length || *length < 2 || marker == kStartOfScan) break;
    if (*length > file.size() - offset - 2) break;
    read_segment(marker, file.subspan(offset + 4, *length - 2), markers);
    offset += 2 + *length;
  }
  return markers;
}

bool is_srgb_profile(Bytes profile) {
  constexpr std::size_t kHeadBytes = 128;
  const std::size_t count = number_at(profile, kHeadBytes, 4).value_or(0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t tag = kHeadBytes + 4 + 12 * i;
    const auto offset = number_at(profile, tag + 4, 4);
    const auto length = number_at(profile, tag + 8, 4);
    if (!offset || !length) return false;
    if (!starts_with(profile.subspan(tag), "desc")) continue;
    if (*offset > profile.size()) return false;
    const Bytes description =
        profile.subspan(*offset, std::min<std::size_t>(*length, profile.size() - *offset));
    // An old profile's text is ASCII after 12 bytes, a new one's UTF-16 after 28.
    return description.size() > 28 && (starts_with(description.subspan(12), "sRGB") ||
                                       starts_with(description.subspan(28), "\0s\0R\0G\0B"sv));
  }
  return false;
}

}  // namespace likeness
