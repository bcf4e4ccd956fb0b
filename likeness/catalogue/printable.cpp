#include "likeness/catalogue/printable.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

// The character at the beginning of well-formed UTF-8.
Character first_character(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {.code = lead};
  Character character{.code = lead & (lead < 0xE0 ? 0x1FU : lead < 0xF0 ? 0x0FU : 0x07U)};
  for (; character.bytes < text.size(); ++character.bytes) {
    const auto next = static_cast<unsigned char>(text[character.bytes]);
    if ((next & 0xC0U) != 0x80) break;
    character.code = character.code << 6U | (next & 0x3FU);
  }
  return character;
}

bool is_shown(std::uint32_t code) noexcept {
  const bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
  const bool separates_lines = code == 0x2028 || code == 0x2029;
  const bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return !control && !separates_lines && !turns && code != 0xFFFE && code != 0xFFFF;
}

// Goes through well-formed text: `replace` gives what stands for a character that is not shown.
template <typename Replace>
void append_shown(std::string_view text, const Replace& replace, std::string& shown) {
  while (!text.empty()) {
    const Character character = first_character(text);
    if (is_shown(character.code)) {
      shown += text.substr(0, character.bytes);
    } else {
      shown += replace(character.code);
    }
    text.remove_prefix(character.bytes);
  }
}

std::string escape(std::uint32_t code) {
  std::string text(6, '\0');  // all of these characters have four digits
  std::snprintf(text.data(), text.size() + 1, "\\u%04x", static_cast<unsigned>(code));
  return text;
}

}  // namespace

std::string printable(std::string_view text) {
  const auto space = [](std::uint32_t) { return ' '; };
  std::string shown;
  shown.reserve(text.size());
  while (const auto wrong = find_invalid_utf8(text)) {
    append_shown(text.substr(0, *wrong), space, shown);
    shown += ' ';
    text.remove_prefix(*wrong + 1);
  }
  append_shown(text, space, shown);
  return shown;
}

std::string printable_json(std::string_view document) {
  std::string shown;
  shown.reserve(document.size());
  append_shown(document, escape, shown);
  return shown;
}

}  // namespace likeness
