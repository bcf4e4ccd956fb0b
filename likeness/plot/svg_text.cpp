#include "likeness/plot/svg_text.hpp"

#include "likeness/catalogue/printable.hpp"

namespace likeness {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Where the character after the one at i begins.
std::size_t next_character(std::string_view text, std::size_t i) {
  ++i;
  while (i < text.size() && is_continuation(text[i])) ++i;
  return i;
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char byte : printable(text)) {
    switch (byte) {
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '&': escaped += "&amp;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += byte;
    }
  }
  return escaped;
}

std::string shorten(std::string_view text, std::size_t characters) {
  const std::string shown = printable(text);
  std::size_t end = 0;
  std::size_t kept_end = 0;  // of one character less, to make room for the ellipsis
  for (std::size_t i = 0; i < characters && end < shown.size(); ++i) {
    kept_end = end;
    end = next_character(shown, end);
  }
  return end == shown.size() ? shown : shown.substr(0, kept_end) + "…";
}

}  // namespace likeness
