// Gives the items of a shop their tags from a table.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/tags.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct TagReport {
  std::vector<std::string> names;  // the tags
  std::size_t items = 0;           // that have a row
  TagMatch match;                  // its rows are those of the table
  std::vector<RepeatedKey> repeated;
  BadRows bad;  // left out
  std::size_t empty_rows = 0;
  std::size_t nameless_columns = 0;
};

// Where a table comes from, for errors.
struct TagSource {
  std::filesystem::path file;
  std::string key_column;
};

enum class OnBadRows { kRefuse, kSkip };

// The table of the file. Error::kInput, naming the first bad rows, if there are any and they are
// not to be skipped.
[[nodiscard]] TagTable read_tags(const TagSource& source, OnBadRows on_bad_rows);

// An item with a row gets the row's values and loses the tags of these names that are empty there;
// items without a row keep theirs. Inside a transaction. Error::kInput if no row belongs to an
// item: the tags that someone gave must not go unnoticed.
[[nodiscard]] TagReport put_tags(Store& store, const TagTable& table, const TagSource& source);

}  // namespace likeness
