// Text as SVG has it, made from any bytes: keys and tags come from strangers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace likeness {

// Printable (catalogue/printable.hpp), and <, >, & and quotes become entities.
[[nodiscard]] std::string escape_xml(std::string_view text);

// Printable, at most `characters` characters, the last of them an ellipsis if there were more.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t characters);

}  // namespace likeness
