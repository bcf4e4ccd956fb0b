// Rows as COPY ... (FORMAT binary) takes them, and the numbers of half precision that a halfvec
// has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace likeness {

// IEEE 754 binary16: the nearest, of two equally near the even one. Infinite beyond 65,504.
[[nodiscard]] std::uint16_t half_of(float value) noexcept;
[[nodiscard]] float float_of_half(std::uint16_t half) noexcept;

// Appends rows to bytes: row(number of columns), then a value for each column. The first bytes are
// the head that a stream begins with.
class CopyRows {
 public:
  CopyRows();

  void begin_row(std::uint16_t columns) { number(columns, 2); }
  void text(std::string_view value);  // or bytea
  void integer(std::int32_t value);
  void integer64(std::int64_t value);
  void integer_or_null(std::optional<std::int32_t> value);
  void integers(std::span<const std::int32_t> values);  // int[]
  void halves(std::span<const float> values);           // halfvec
  void end() { number(0xffff, 2); }                     // of the stream

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  void clear() noexcept { bytes_.clear(); }

 private:
  void number(std::uint64_t value, std::size_t bytes);

  std::vector<std::byte> bytes_;
};

}  // namespace likeness
