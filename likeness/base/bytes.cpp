#include "likeness/base/bytes.hpp"

#include <algorithm>

#include "likeness/base/error.hpp"

namespace likeness {

bool has_text_at(std::span<const std::byte> bytes, std::size_t offset,
                 std::string_view text) noexcept {
  return offset <= bytes.size() && bytes.size() - offset >= text.size() &&
         std::ranges::equal(bytes.subspan(offset, text.size()), std::as_bytes(std::span(text)));
}

std::span<const std::byte> ByteReader::read_bytes(std::size_t count) {
  if (count > rest_.size()) {
    throw Error(Error::Kind::kCorrupt,
                source_ + ": ends " + std::to_string(count - rest_.size()) + " bytes too early");
  }
  const auto taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

std::string_view ByteReader::read_text(std::size_t count) {
  const auto bytes = read_bytes(count);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t ByteReader::read_number(std::size_t width) {
  const auto bytes = read_bytes(width);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

void ByteWriter::write_bytes(std::span<const std::byte> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void ByteWriter::write_text(std::string_view text) { write_bytes(std::as_bytes(std::span(text))); }

void ByteWriter::write_number(std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
}

}  // namespace likeness
