// Reads and writes the little-endian numbers that our files are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace likeness {

// A cursor over bytes we do not trust. Every read is checked; reading past the end
// throws Error::kCorrupt and names the file.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, std::string source)
      : rest_(bytes), source_(std::move(source)) {}

  [[nodiscard]] std::uint16_t read_u16() { return static_cast<std::uint16_t>(read_number(2)); }
  [[nodiscard]] std::uint32_t read_u32() { return static_cast<std::uint32_t>(read_number(4)); }
  [[nodiscard]] std::uint64_t read_u64() { return read_number(8); }
  [[nodiscard]] std::span<const std::byte> read_bytes(std::size_t count);
  // A view into the bytes given at construction: valid as long as they are.
  [[nodiscard]] std::string_view read_text(std::size_t count);
  [[nodiscard]] std::size_t remaining() const noexcept { return rest_.size(); }
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

 private:
  [[nodiscard]] std::uint64_t read_number(std::size_t width);

  std::span<const std::byte> rest_;
  std::string source_;
};

// Whether the text stands there, byte for byte. The offset may lie behind the end.
[[nodiscard]] bool has_text_at(std::span<const std::byte> bytes, std::size_t offset,
                               std::string_view text) noexcept;

// Appends to a growing buffer; the mirror image of ByteReader.
class ByteWriter {
 public:
  void write_u16(std::uint16_t value) { write_number(value, 2); }
  void write_u32(std::uint32_t value) { write_number(value, 4); }
  void write_u64(std::uint64_t value) { write_number(value, 8); }
  void write_bytes(std::span<const std::byte> bytes);
  void write_text(std::string_view text);
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  void write_number(std::uint64_t value, std::size_t width);

  std::vector<std::byte> bytes_;
};

}  // namespace likeness
