// Words and numbers as people write and read them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

// 1234567 as "1,234,567".
[[nodiscard]] std::string with_thousands(std::size_t number);

// "a,b" divided at "," is {"a", "b"}; nothing is one empty text.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char between);

// The name most like the wrong one, if any is; for "did you mean".
[[nodiscard]] std::optional<std::string> most_like(const std::string& wrong,
                                                   std::span<const std::string> names);

}  // namespace likeness
