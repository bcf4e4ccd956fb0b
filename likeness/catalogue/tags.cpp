#include "likeness/catalogue/tags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/csv.hpp"

namespace likeness {
namespace {

std::size_t require_column(const CsvReader& reader, std::string_view name,
                           const std::string& source) {
  if (const auto column = reader.column(name)) return *column;
  throw Error(Error::Kind::kInput, fmt::format("{}: has no column '{}'; its columns are {}", source,
                                               name, fmt::join(reader.header(), ", ")));
}

TagRow take_tags(CsvRow& row, std::size_t key_column) {
  TagRow item{.key = std::move(row.fields[key_column]), .line = row.line, .tags = {}};
  for (std::size_t column = 0; column < row.fields.size(); ++column) {
    if (column == key_column || row.fields[column].empty()) continue;
    item.tags.push_back({.column = column, .value = std::move(row.fields[column])});
  }
  return item;
}

}  // namespace

TagTable parse_tags(std::string_view text, const std::string& source, std::string_view key_column) {
  CsvReader reader(text, source);
  const std::size_t key = require_column(reader, key_column, source);
  TagTable table{.names = reader.header(), .rows = {}, .repeated = {}};
  std::unordered_map<std::string, std::size_t> first_lines;
  for (CsvRow row; reader.read(row);) {
    if (row.fields[key].empty()) {
      reader.fail(row.line, fmt::format("has no key in column '{}'", key_column));
    }
    const auto [first, is_new] = first_lines.try_emplace(row.fields[key], row.line);
    if (is_new) {
      table.rows.push_back(take_tags(row, key));
    } else {
      table.repeated.push_back(
          {.key = first->first, .line = row.line, .first_line = first->second});
    }
  }
  return table;
}

TagTable read_tags(const std::filesystem::path& path, std::string_view key_column) {
  const auto bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return parse_tags(text, path.string(), key_column);
}

TagMatch match_tags(const TagTable& table, std::span<const std::string> keys) {
  const std::unordered_set<std::string_view> pictures(keys.begin(), keys.end());
  std::unordered_set<std::string_view> rows;
  TagMatch match;
  for (const auto& row : table.rows) {
    rows.insert(row.key);
    if (pictures.contains(row.key)) {
      ++match.matched;
    } else {
      match.rows_without_picture.push_back(row.key);
    }
  }
  for (const auto& key : keys) {
    if (!rows.contains(key)) match.pictures_without_row.push_back(key);
  }
  return match;
}

}  // namespace likeness
