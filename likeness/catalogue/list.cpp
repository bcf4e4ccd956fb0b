#include "likeness/catalogue/list.hpp"

#include <algorithm>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

void check_text(std::string_view text, const std::string& source) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    throw Error(Error::Kind::kInput, source + ": line 1: is UTF-16; save the list as UTF-8");
  }
  const auto nul = text.find('\0');
  if (nul == std::string_view::npos) return;
  const auto line = 1 + std::ranges::count(text.substr(0, nul), '\n');
  throw Error(Error::Kind::kInput, source + ": line " + std::to_string(line) +
                                       ": contains a zero byte; give one entry a line");
}

}  // namespace

std::vector<std::string> parse_list(std::string_view text, const std::string& source) {
  check_text(text, source);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<ListLine> parse_keyed_list(std::string_view text, const std::string& source) {
  std::vector<ListLine> list;
  for (const std::string& line : parse_list(text, source)) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos) {
      list.push_back({.path = line, .key = {}});
      continue;
    }
    const bool sound = tab > 0 && tab + 1 < line.size() && line.find('\t', tab + 1) == line.npos;
    if (!sound) {
      throw Error(Error::Kind::kInput, std::string(source)
                                           .append(": the entry \"")
                                           .append(line)
                                           .append("\": give PATH, or PATH, one tab and KEY"));
    }
    list.push_back({.path = line.substr(0, tab), .key = line.substr(tab + 1)});
  }
  return list;
}

}  // namespace likeness
