// Texts made smaller for the way (RFC 1952).
#pragma once

#include <string>
#include <string_view>

namespace likeness {

[[nodiscard]] std::string gzipped(std::string_view text);

}  // namespace likeness
