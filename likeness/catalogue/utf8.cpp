#include "likeness/catalogue/utf8.hpp"

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

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

bool has_control_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (byte(at) < 0x20 || byte(at) == 0x7F) return true;
    const bool is_c1 = byte(at) == 0xC2 && at + 1 < text.size() && byte(at + 1) < 0xA0;
    const std::string_view rest = text.substr(at);
    if (is_c1 || rest.starts_with("\u2028") || rest.starts_with("\u2029")) return true;
  }
  return false;
}

std::string to_nfc(std::string_view text) {
  if (skip_ascii(text, 0) == text.size()) return std::string(text);
  // The library's flags are an enumeration without names for their sums.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  utf8proc_uint8_t* composed = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &composed, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
  if (size == UTF8PROC_ERROR_INVALIDUTF8) return std::string(text);
  if (size < 0) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size)};
}

std::string to_printable(std::string_view bytes) {
  std::string printable;
  printable.reserve(bytes.size());
  while (!bytes.empty()) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(bytes[0]));
    const std::size_t length = is_sequence(bytes, sequence) ? sequence.length : 1;
    const std::string_view character = bytes.substr(0, length);
    const bool is_text = length > 1 || static_cast<unsigned char>(bytes[0]) < 0x80;
    printable += is_text && !has_control_character(character) ? character : "?";
    bytes.remove_prefix(length);
  }
  return printable;
}

}  // namespace likeness
