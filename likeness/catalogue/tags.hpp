// Tags of items from the owner's CSV: one column is the item's key, every other column is a tag.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace likeness {

struct Tag {
  std::size_t column = 0;  // TagTable::names[column] is the tag's name
  std::string value;       // never empty: an empty field is no tag
};

struct TagRow {
  std::string key;
  std::size_t line = 0;
  std::vector<Tag> tags;
};

// A row that is left out because an earlier one has its key.
struct RepeatedKey {
  std::string key;
  std::size_t line = 0;
  std::size_t first_line = 0;
};

struct TagTable {
  std::vector<std::string> names;  // the file's columns in order, the key's among them
  std::vector<TagRow> rows;        // in the file's order, every key once
  std::vector<RepeatedKey> repeated;
};

// Throws Error::kInput, naming file and line, if any row is malformed or has no key, and if there
// is no column `key_column` (listing those there are). Nothing is returned then: all rows or none.
[[nodiscard]] TagTable read_tags(const std::filesystem::path& path, std::string_view key_column);
// The same from text in memory; `source` is the name that errors show.
[[nodiscard]] TagTable parse_tags(std::string_view text, const std::string& source,
                                  std::string_view key_column);

struct TagMatch {
  std::size_t matched = 0;
  std::vector<std::string> rows_without_picture;  // keys, in the file's order
  std::vector<std::string> pictures_without_row;  // keys, in the order of `keys`
};

// Compares the table with the keys of the pictures there are (each once).
[[nodiscard]] TagMatch match_tags(const TagTable& table, std::span<const std::string> keys);

}  // namespace likeness
