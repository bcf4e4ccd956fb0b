// Gives the items of a shop their tags from a table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/tags.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct TagReport {
  std::vector<std::string> names;  // the tags
  std::size_t items = 0;           // that have a row
  TagMatch match;
  std::vector<RepeatedKey> repeated;
};

// An item with a row gets the row's values and loses the tags of these names that are empty there;
// items without a row keep theirs. Inside a transaction.
[[nodiscard]] TagReport put_tags(Store& store, const TagTable& table, std::string_view key_column);

}  // namespace likeness
