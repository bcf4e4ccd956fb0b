// Writes a pack item by item; the pixels never pile up in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/catalogue/resize.hpp"

namespace likeness {

class PackWriter {
 public:
  // Throws Error::kUnavailable if the file cannot be written, as do all the others.
  PackWriter(std::filesystem::path path, Size size, Fit fit);

  struct Item {
    std::string_view key;     // 1 to 255 bytes, greater than the one before
    std::string_view source;  // at most 4,096 bytes
    Digest digest;
    std::uint64_t checksum = 0;            // checksum(pixels), taken where the pixels were made
    std::span<const std::uint8_t> pixels;  // height x width x 3
  };
  void add(const Item& item);
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  // The pack appears under its name only now; without it nothing remains. At least one item.
  void commit();

 private:
  void write_pending();

  Size size_;
  Fit fit_;
  AtomicFile file_;
  std::vector<std::byte> pending_;  // records that are not written yet
  ByteWriter index_;
  ByteWriter texts_;
  std::string last_key_;
  std::size_t count_ = 0;
};

}  // namespace likeness
