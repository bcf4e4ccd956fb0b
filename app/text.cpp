#include "app/text.hpp"

namespace likeness {

void Text::lines(std::string_view words) {
  while (!words.empty()) {
    const auto end = words.find('\n');
    line(words.substr(0, end));
    if (end == std::string_view::npos) return;
    words.remove_prefix(end + 1);
  }
}

}  // namespace likeness
