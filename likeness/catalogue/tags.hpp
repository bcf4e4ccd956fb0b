// Tags of items from the owner's CSV: one column is the item's key, every other column is a tag.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/csv.hpp"

namespace likeness {

struct Tag {
  std::size_t column = 0;  // TagTable::names[column] is the tag's name
  std::string value;       // never empty: an empty field is no tag
};

struct TagRow {
  std::string key;  // in normalisation form C, without spaces around it
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
  BadRows bad;  // malformed or without a key; the caller decides whether to go on without them
  std::size_t empty_rows = 0;
  std::size_t nameless_columns = 0;
};

// Throws Error::kInput, naming the file, if it is no table as a whole (see CsvReader), and if there
// is no column `key_column` (listing those there are).
[[nodiscard]] TagTable read_tags(const std::filesystem::path& path, std::string_view key_column);
// The same from text in memory; `source` is the name that errors show.
[[nodiscard]] TagTable parse_tags(std::string_view text, const std::string& source,
                                  std::string_view key_column);

struct TagMatch {
  std::vector<const TagRow*> row_of;  // of each of `keys`; null: it has no row
  std::size_t matched = 0;            // rows that belong to a picture
  // Of those, that are written in another way than the picture's key, and an example.
  std::size_t adapted = 0;
  std::string adapted_row;
  std::string adapted_picture;
  std::vector<std::string> rows_without_picture;  // keys, in the file's order
  std::vector<std::string> pictures_without_row;  // keys, in the order of `keys`
};

// Compares the table, which must outlive the match, with the keys of the pictures there are (each
// once). A row whose key no picture has belongs to the only picture that it can mean, if no other
// row can mean it: programs write the key 0001 as photos/0001.jpg, 1, or 1.0.
[[nodiscard]] TagMatch match_tags(const TagTable& table, std::span<const std::string> keys);

}  // namespace likeness
