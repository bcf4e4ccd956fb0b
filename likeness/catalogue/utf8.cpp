#include "likeness/catalogue/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace likeness {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

// Eight bytes at a time while all of them are ASCII: most of any table.
std::size_t skip_ascii(std::string_view text, std::size_t at) noexcept {
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

// The bytes that the second one of a sequence may be, and the length; length 0: no lead byte.
struct Sequence {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Sequence sequence_of(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {.length = 2};
  if (lead == 0xE0) return {.length = 3, .low = 0xA0};
  if (lead == 0xED) return {.length = 3, .high = 0x9F};  // no surrogates
  if (lead >= 0xE1 && lead <= 0xEF) return {.length = 3};
  if (lead == 0xF0) return {.length = 4, .low = 0x90};
  if (lead == 0xF4) return {.length = 4, .high = 0x8F};
  if (lead >= 0xF1 && lead <= 0xF3) return {.length = 4};
  return {};
}

bool is_sequence(std::string_view bytes, const Sequence& sequence) noexcept {
  if (sequence.length == 0 || bytes.size() < sequence.length) return false;
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (second < sequence.low || second > sequence.high) return false;
  for (std::size_t i = 2; i < sequence.length; ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xC0U) != 0x80) return false;
  }
  return true;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(text[at]));
    if (!is_sequence(text.substr(at), sequence)) return at;
    at += sequence.length;
  }
  return std::nullopt;
}

}  // namespace likeness
