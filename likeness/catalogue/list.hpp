// A list that someone hands to the program: one entry a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

// The lines that hold anything, without their ends (LF or CR LF) and without a byte order mark
// before the first. They are bytes: a path need not be UTF-8. Throws Error::kInput, naming `source`
// and the line, for a zero byte, which nothing that may be listed has, and for UTF-16.
[[nodiscard]] std::vector<std::string> parse_list(std::string_view text, const std::string& source);

// Lines of PATH, or of PATH, a tab and KEY. Errors as of parse_list(), and for a line with a second
// tab or an empty part.
struct ListLine {
  std::string path;
  std::optional<std::string> key;
  bool operator==(const ListLine&) const = default;
};
[[nodiscard]] std::vector<ListLine> parse_keyed_list(std::string_view text,
                                                     const std::string& source);

}  // namespace likeness
