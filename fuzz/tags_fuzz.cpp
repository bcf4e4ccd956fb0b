// Any bytes as a table of tags with the keys of a shop before it: a line of keys, separated by
// commas, the first of which names the key's column. Every row is counted once, and no row is given
// to two pictures of different names.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/tags.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace {

std::vector<std::string> keys_in(std::string_view line) {
  std::vector<std::string> keys;
  for (std::size_t begin = 0; begin <= line.size();) {
    const auto end = std::min(line.find(',', begin), line.size());
    keys.emplace_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  return keys;
}

void check(std::string_view text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  if (likeness::find_invalid_utf8(line)) return;  // no key of a shop
  const auto keys = keys_in(line);
  const std::string column(line.substr(0, line.find(',')));
  const auto table =
      likeness::parse_tags(text.substr(std::min(end + 1, text.size())), "fuzz.csv", column);
  for (const auto& row : table.rows) {
    if (row.key.empty()) std::abort();
    for (const auto& tag : row.tags) {
      if (tag.value.empty() || tag.column >= table.names.size()) std::abort();
    }
  }
  const auto match = likeness::match_tags(table, keys);
  std::map<const likeness::TagRow*, std::size_t> pictures;
  for (const auto* row : match.row_of) {
    if (row != nullptr) ++pictures[row];
  }
  const auto given = static_cast<std::size_t>(
      std::ranges::count_if(match.row_of, [](const auto* row) { return row != nullptr; }));
  if (match.row_of.size() != keys.size() || pictures.size() != match.matched) std::abort();
  if (match.matched + match.rows_without_picture.size() != table.rows.size()) std::abort();
  if (given + match.pictures_without_row.size() != keys.size()) std::abort();
  if (match.adapted > match.matched) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    check({reinterpret_cast<const char*>(bytes), size});
  } catch (const likeness::Error&) {
    return 0;
  }
  return 0;
}
