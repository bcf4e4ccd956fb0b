// The first directory of a TIFF structure, which is what TIFF files and EXIF data say about
// themselves. TIFF 6.0, section 2, and BigTIFF. The bytes may be hostile or cut off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace likeness {

enum class ByteOrder { kBigEndian, kLittleEndian };

// The number of `width` bytes (at most 8) at `offset`, or nothing if it is not all there.
[[nodiscard]] std::optional<std::uint64_t> number_at(std::span<const std::byte> bytes,
                                                     std::size_t offset, std::size_t width,
                                                     ByteOrder order = ByteOrder::kBigEndian);

class TiffTags {
 public:
  // Nothing if the bytes do not begin as TIFF does. A view: valid as long as the bytes.
  [[nodiscard]] static std::optional<TiffTags> open(std::span<const std::byte> tiff);

  [[nodiscard]] bool has(std::uint16_t tag) const { return entry_of(tag).has_value(); }

  // The tag's first whole number, whatever its width: writers disagree on BYTE, SHORT and LONG.
  [[nodiscard]] std::optional<std::uint64_t> number(std::uint16_t tag) const;

 private:
  TiffTags(std::span<const std::byte> bytes, ByteOrder order, bool big)
      : bytes_(bytes), order_(order), big_(big) {}

  [[nodiscard]] std::optional<std::uint64_t> at(std::size_t offset, std::size_t width) const {
    return number_at(bytes_, offset, width, order_);
  }
  [[nodiscard]] std::optional<std::size_t> entry_of(std::uint16_t tag) const;

  std::span<const std::byte> bytes_;
  ByteOrder order_;
  bool big_;  // BigTIFF: places and counts are of 8 bytes
  std::size_t entries_ = 0;
  std::size_t count_ = 0;
};

}  // namespace likeness
