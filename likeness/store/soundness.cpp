// The rows of tags are most of what shop.db holds, and are looked at in one pass over the table and
// one over the index.
#include "likeness/store/soundness.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

// The sum of the checksums of the rows: that of other rows, all in order and thus each once, is
// another. None if one is not as it was written, or not in the order of (tag, item).
std::optional<std::uint64_t> sum_of_table(const Database& database) {
  Statement rows(database,
                 "SELECT tag, item, checksum, checksum = row_checksum(tag, item, value) "
                 "FROM item_tags NOT INDEXED");
  std::uint64_t sum = 0;
  std::optional<std::pair<std::int64_t, std::int64_t>> last;
  while (rows.step()) {
    const std::pair place(rows.integer(0), rows.integer(1));
    if (rows.integer(3) == 0 || (last && place <= *last)) return std::nullopt;
    last = place;
    sum += static_cast<std::uint64_t>(rows.integer(2));
  }
  return sum;
}

// The same of the rows in the index. None if they are not in the order of (tag, value, item), or
// not as many of each value as are counted, or if a value is no text: its checksum could be that of
// one. Such values come behind all texts.
std::optional<std::uint64_t> sum_of_index(const Database& database) {
  Statement values(database,
                   "SELECT tag, value, items, checksum FROM tag_values ORDER BY tag, value");
  Statement rows(database,
                 "SELECT tag, value, item, row_checksum(tag, item, value), value < x'' "
                 "FROM item_tags INDEXED BY items_by_value");
  std::uint64_t sum = 0;
  std::optional<std::pair<std::int64_t, std::string>> last;
  while (values.step_row("tag_values")) {
    const std::pair value(values.integer(0), std::string(values.text(1)));
    if (last && value <= *last) return std::nullopt;
    const std::size_t items = values.count(2);
    if (items == 0) return std::nullopt;
    std::optional<std::int64_t> last_item;
    for (std::size_t i = 0; i < items; ++i) {
      if (!rows.step() || rows.integer(0) != value.first || rows.text(1) != value.second ||
          rows.integer(4) == 0 || (last_item && rows.integer(2) <= *last_item)) {
        return std::nullopt;
      }
      last_item = rows.integer(2);
      sum += static_cast<std::uint64_t>(rows.integer(3));
    }
    last = value;
  }
  if (rows.step()) return std::nullopt;
  return sum;
}

// That of its key, and items_by_value.
bool has_no_other_index(const Database& database) {
  Statement indexes(database, "SELECT count(*) FROM pragma_index_list('item_tags')");
  return indexes.step() && indexes.integer(0) == 2;
}

}  // namespace

bool tag_rows_are_sound(const Database& database) {
  try {
    if (!has_no_other_index(database)) return false;
    const auto sum = sum_of_index(database);
    return sum && sum == sum_of_table(database);
  } catch (const Error&) {  // so damaged that they cannot be read to their end
    return false;
  }
}

bool structure_is_sound_without_tag_rows(const Database& database) {
  try {
    Statement broken(database,
                     "SELECT 1 FROM pragma_quick_check WHERE quick_check <> 'ok' UNION ALL "
                     "SELECT 1 FROM pragma_table_list AS tables JOIN pragma_integrity_check(name) "
                     "WHERE tables.schema = 'main' AND name <> 'item_tags' "
                     "AND integrity_check <> 'ok'");
    return !broken.step();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace likeness
