// Text as SVG has it, made from any bytes: keys and tags come from strangers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace likeness {

// Controls, line ends among them, what XML cannot hold and what is no UTF-8 become spaces.
[[nodiscard]] std::string printable(std::string_view text);

// Printable, and <, >, & and quotes become entities.
[[nodiscard]] std::string escape_xml(std::string_view text);

// At most `characters` characters, the last of them an ellipsis if there were more.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t characters);

}  // namespace likeness
