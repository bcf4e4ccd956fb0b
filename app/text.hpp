// What a command tells a person: lines. Each is made printable as it is added, whatever keys, tags
// and paths were put into it, so that no command can forget to.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "likeness/catalogue/printable.hpp"

namespace likeness {

class Text {
 public:
  Text() = default;

  // One line without its end: a line end in it is somebody else's, and becomes a space.
  void line(std::string_view words) { lines_ += printable(words) + '\n'; }
  // The same by a format and at least one value for it.
  template <typename First, typename... Rest>
  void line(fmt::format_string<First, Rest...> format, First&& first, Rest&&... rest) {
    line(std::string_view(
        fmt::format(format, std::forward<First>(first), std::forward<Rest>(rest)...)));
  }
  // A text of our own that has several lines.
  void lines(std::string_view words);
  void append(const Text& more) { lines_ += more.lines_; }

  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }
  [[nodiscard]] const std::string& string() const noexcept { return lines_; }

 private:
  std::string lines_;
};

// A text of one line, as most commands have it.
[[nodiscard]] inline Text text_of(std::string_view line) {
  Text text;
  text.line(line);
  return text;
}

}  // namespace likeness
