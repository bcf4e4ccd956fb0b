#include "likeness/plot/svg_text.hpp"

#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// U+FFFE and U+FFFF are characters that XML 1.0 forbids, and so are controls.
bool is_forbidden(std::string_view text, std::size_t i) {
  const auto byte = static_cast<unsigned char>(text[i]);
  return byte < 0x20 || byte == 0x7F || text.substr(i).starts_with("\xEF\xBF\xBE") ||
         text.substr(i).starts_with("\xEF\xBF\xBF");
}

// Where the character after the one at i begins.
std::size_t next_character(std::string_view text, std::size_t i) {
  ++i;
  while (i < text.size() && is_continuation(text[i])) ++i;
  return i;
}

std::string valid_utf8(std::string_view text) {
  std::string valid(text);
  while (const auto place = find_invalid_utf8(valid)) valid[*place] = ' ';
  return valid;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string printed;
  for (std::size_t i = 0; i < valid.size();) {
    const std::size_t next = next_character(valid, i);
    printed += is_forbidden(valid, i) ? " " : valid.substr(i, next - i);
    i = next;
  }
  return printed;
}

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
  const std::string valid = valid_utf8(text);
  std::size_t end = 0;
  std::size_t kept_end = 0;  // of one character less, to make room for the ellipsis
  for (std::size_t i = 0; i < characters && end < valid.size(); ++i) {
    kept_end = end;
    end = next_character(valid, end);
  }
  return end == valid.size() ? valid : valid.substr(0, kept_end) + "…";
}

}  // namespace likeness
