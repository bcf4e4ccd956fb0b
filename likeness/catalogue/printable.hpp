// Text from outside, made fit to be shown: what a stranger wrote must not move the cursor, recolour
// the terminal, forge a line of ours, or turn the order of letters.
#pragma once

#include <string>
#include <string_view>

namespace likeness {

// One line: spaces in place of controls (C0, line ends among them, DEL, C1), of U+2028 and U+2029,
// of what overrides the direction of writing (U+202A to U+202E, U+2066 to U+2069), of U+FFFE and
// U+FFFF, which XML forbids, and of each byte that belongs to no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

// The same JSON document with these characters as escapes. `document` is well formed, so that they
// stand in strings alone.
[[nodiscard]] std::string printable_json(std::string_view document);

}  // namespace likeness
