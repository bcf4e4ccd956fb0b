#include "likeness/postgres/copy_rows.hpp"

#include <bit>
#include <cmath>

namespace likeness {
namespace {

constexpr std::uint64_t kNull = 0xffffffff;  // in place of a length
constexpr std::uint64_t kInt4 = 23;          // its number in the server's table of types

}  // namespace

// Scaled so that the last bit that is kept has the value 1, rounding is that of the processor.
std::uint16_t half_of(float value) noexcept {
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
  const double size = std::fabs(static_cast<double>(value));
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7e00);
  if (size >= 65520.0) return static_cast<std::uint16_t>(sign | 0x7c00);
  if (size < 0x1p-14) {
    return static_cast<std::uint16_t>(sign | static_cast<int>(std::nearbyint(size * 0x1p24)));
  }
  const int exponent = std::ilogb(size);
  const auto kept = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));
  return static_cast<std::uint16_t>(sign + ((exponent + 14) << 10) + kept);  // 1024 is carried
}

float float_of_half(std::uint16_t half) noexcept {
  const int exponent = half >> 10 & 0x1f;
  const int bits = half & 0x3ff;
  float size = 0.0F;
  if (exponent == 0x1f) {
    size = bits == 0 ? HUGE_VALF : std::nanf("");
  } else if (exponent == 0) {
    size = std::ldexp(static_cast<float>(bits), -24);
  } else {
    size = std::ldexp(static_cast<float>(bits + 1024), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -size : size;
}

CopyRows::CopyRows() {
  constexpr std::string_view kSignature("PGCOPY\n\xff\r\n\0", 11);
  for (const char byte : kSignature) bytes_.push_back(static_cast<std::byte>(byte));
  number(0, 4);  // no flags
  number(0, 4);  // and no more of a head
}

void CopyRows::number(std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void CopyRows::text(std::string_view value) {
  number(value.size(), 4);
  const auto bytes = std::as_bytes(std::span(value));
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void CopyRows::integer(std::int32_t value) {
  number(4, 4);
  number(static_cast<std::uint32_t>(value), 4);
}

void CopyRows::integer64(std::int64_t value) {
  number(8, 4);
  number(static_cast<std::uint64_t>(value), 8);
}

void CopyRows::integer_or_null(std::optional<std::int32_t> value) {
  if (value) {
    integer(*value);
  } else {
    number(kNull, 4);
  }
}

// As Answer::integers() reads them.
void CopyRows::integers(std::span<const std::int32_t> values) {
  number(values.empty() ? 12 : 20 + 8 * values.size(), 4);
  number(values.empty() ? 0 : 1, 4);
  number(0, 4);
  number(kInt4, 4);
  if (values.empty()) return;
  number(values.size(), 4);
  number(1, 4);
  for (const std::int32_t value : values) integer(value);
}

void CopyRows::halves(std::span<const float> values) {
  number(4 + 2 * values.size(), 4);
  number(values.size(), 2);
  number(0, 2);
  for (const float value : values) number(half_of(value), 2);
}

}  // namespace likeness
