// Tells whether text is UTF-8: what enters as a tag leaves as JSON, which can hold nothing else.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace likeness {

// Where the first byte stands that does not belong to well-formed UTF-8 (Unicode 15, table 3-7).
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

}  // namespace likeness
