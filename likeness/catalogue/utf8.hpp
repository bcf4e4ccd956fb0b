// Text as it enters: well-formed, in one spelling, and without what a terminal or a list of lines
// would obey. What enters as a key or a tag leaves as JSON and as lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace likeness {

// What some editors and spreadsheets begin a text with (U+FEFF): no part of it.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Where the first byte stands that does not belong to well-formed UTF-8 (Unicode 15, table 3-7).
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

// Whether well-formed text holds a control character (C0, DEL, C1) or ends a line or a paragraph
// (U+2028, U+2029).
[[nodiscard]] bool has_control_character(std::string_view text) noexcept;

// The text in normalisation form C, in which keys are kept and compared: macOS writes "\u00fc" as
// "u" and a combining diaeresis, tables hold one letter (Unicode, annex 15). Text that is not
// well-formed stays as it is.
[[nodiscard]] std::string to_nfc(std::string_view text);

// Any bytes as one line that a terminal shows and JSON holds: each control character, and each byte
// that belongs to no well-formed UTF-8, is a question mark.
[[nodiscard]] std::string to_printable(std::string_view bytes);

}  // namespace likeness
