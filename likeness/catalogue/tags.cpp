#include "likeness/catalogue/tags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

constexpr std::size_t kColumnsListed = 20;
constexpr std::string_view kDigits = "0123456789";

std::size_t require_column(const CsvReader& reader, std::string_view name,
                           const std::string& source) {
  if (const auto column = reader.column(name)) return *column;
  const std::span names(reader.header());
  const auto listed = names.first(std::min(names.size(), kColumnsListed));
  throw Error(Error::Kind::kInput,
              fmt::format("{}: has no column '{}'; its columns are {}{}", source, name,
                          fmt::join(listed, ", "), listed.size() < names.size() ? ", ..." : ""));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
}

TagRow take_tags(CsvRow& row, std::string key, std::size_t key_column) {
  TagRow item{.key = std::move(key), .line = row.line, .tags = {}};
  for (std::size_t column = 0; column < row.fields.size(); ++column) {
    if (column == key_column || row.fields[column].empty()) continue;
    item.tags.push_back({.column = column, .value = std::move(row.fields[column])});
  }
  return item;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

// "0001.jpg" is "0001", and so is "0001.JPEG".
std::string_view without_extension(std::string_view name) {
  constexpr std::array<std::string_view, 14> kPictures = {"jpg",  "jpeg", "jpe",  "jfif", "png",
                                                          "webp", "gif",  "tif",  "tiff", "bmp",
                                                          "heic", "heif", "avif", "svg"};
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return name;
  std::string extension(name.substr(dot + 1));
  std::ranges::transform(extension, extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::ranges::find(kPictures, extension) == kPictures.end() ? name : name.substr(0, dot);
}

// "1.0", as programs write whole numbers of a column that has gaps, is "1"; so is "0001".
std::string_view without_padding(std::string_view name) {
  const auto dot = name.find('.');
  const bool whole = dot != std::string_view::npos && is_number(name.substr(0, dot)) &&
                     dot + 1 < name.size() &&
                     name.find_first_not_of('0', dot + 1) == std::string_view::npos;
  if (whole) name = name.substr(0, dot);
  if (!is_number(name)) return name;
  return name.substr(std::min(name.find_first_not_of('0'), name.size() - 1));
}

// What is the same for all spellings of a key.
std::string_view plain_form(std::string_view key) {
  const auto slash = key.find_last_of("/\\");
  if (slash != std::string_view::npos && slash + 1 < key.size()) key = key.substr(slash + 1);
  return without_padding(without_extension(key));
}

// Who has a plain form, if it is one alone.
template <typename Value>
class Meant {
 public:
  void add(std::string_view form, Value value) {
    const auto [place, is_new] = by_form_.try_emplace(form, value);
    if (!is_new) place->second = std::nullopt;
  }
  [[nodiscard]] std::optional<Value> find(std::string_view form) const {
    const auto place = by_form_.find(form);
    return place == by_form_.end() ? std::nullopt : place->second;
  }

 private:
  std::unordered_map<std::string_view, std::optional<Value>> by_form_;
};

// Pictures without a row get the row that can mean no other picture, if one does.
void match_other_spellings(const TagTable& table, std::span<const std::string> keys,
                           std::vector<char>& used, TagMatch& match) {
  Meant<std::size_t> pictures;
  Meant<std::size_t> rows;
  for (std::size_t i = 0; i < keys.size(); ++i) pictures.add(plain_form(keys[i]), i);
  for (std::size_t i = 0; i < table.rows.size(); ++i) rows.add(plain_form(table.rows[i].key), i);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (match.row_of[i] != nullptr) continue;
    const auto form = plain_form(keys[i]);
    const auto row = rows.find(form);
    if (!row || used[*row] != 0 || !pictures.find(form)) continue;
    match.row_of[i] = &table.rows[*row];
    used[*row] = 1;
    if (match.adapted++ == 0) {
      match.adapted_row = table.rows[*row].key;
      match.adapted_picture = keys[i];
    }
  }
}

// Shops of before have keys as the file system had them.
std::vector<std::string> in_one_spelling(std::span<const std::string> keys) {
  std::vector<std::string> spelled;
  spelled.reserve(keys.size());
  for (const std::string& key : keys) spelled.push_back(to_nfc(key));
  return spelled;
}

}  // namespace

TagTable parse_tags(std::string_view text, const std::string& source, std::string_view key_column) {
  CsvReader reader(text, source, key_column);
  const std::size_t column = require_column(reader, key_column, source);
  TagTable table;
  table.names = reader.header();
  std::unordered_map<std::string, std::size_t> first_lines;
  for (CsvRow row; reader.read(row);) {
    std::string key = to_nfc(trimmed(row.fields[column]));
    if (key.empty()) {
      table.bad.add(row.line, fmt::format("has no key in column '{}'", key_column));
      continue;
    }
    const auto [first, is_new] = first_lines.try_emplace(key, row.line);
    if (is_new) {
      table.rows.push_back(take_tags(row, std::move(key), column));
    } else {
      table.repeated.push_back(
          {.key = first->first, .line = row.line, .first_line = first->second});
    }
  }
  table.bad.add(reader.bad_rows());
  table.empty_rows = reader.empty_rows();
  table.nameless_columns = reader.nameless_columns();
  return table;
}

TagTable read_tags(const std::filesystem::path& path, std::string_view key_column) {
  const auto bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return parse_tags(text, path.string(), key_column);
}

TagMatch match_tags(const TagTable& table, std::span<const std::string> pictures) {
  const std::vector<std::string> keys = in_one_spelling(pictures);
  std::unordered_map<std::string_view, std::size_t> row_of;
  for (std::size_t i = 0; i < table.rows.size(); ++i) row_of.emplace(table.rows[i].key, i);
  TagMatch match;
  match.row_of.resize(keys.size());
  std::vector<char> used(table.rows.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto row = row_of.find(keys[i]);
    if (row == row_of.end()) continue;
    match.row_of[i] = &table.rows[row->second];
    used[row->second] = 1;
  }
  match_other_spellings(table, keys, used, match);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (match.row_of[i] == nullptr) match.pictures_without_row.push_back(pictures[i]);
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] == 0) match.rows_without_picture.push_back(table.rows[i].key);
  }
  match.matched = table.rows.size() - match.rows_without_picture.size();
  return match;
}

}  // namespace likeness
