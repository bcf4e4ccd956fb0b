// The part of Store that remembers tags.
#include <algorithm>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "likeness/store/store.hpp"

namespace likeness {
namespace {

constexpr std::string_view kTagColumns = "SELECT tag, item, value, checksum FROM item_tags ";
constexpr std::int64_t kNoTag = 0;  // ids begin at 1

std::string text_or_none(Statement& found) {
  return std::string(found.step() ? found.text(0) : std::string_view());
}

// Of one tag, ?1, so many rows.
std::string insertion_of(std::size_t rows) {
  std::string sql = "INSERT INTO item_tags VALUES";
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string values =
        "?1, ?" + std::to_string(2 * i + 2) + ", ?" + std::to_string(2 * i + 3);
    sql.append(i == 0 ? "(" : ", (").append(values);
    sql.append(", row_checksum(").append(values).append("))");
  }
  return sql;
}

template <std::size_t... Row>
void bind_rows(Statement& statement, std::int64_t tag, const TagValue* rows,
               std::index_sequence<Row...> /*count*/) {
  std::apply([&](const auto&... values) { statement.bind(tag, values...); },
             std::tuple_cat(std::tie(rows[Row].item, rows[Row].value)...));
}

// Of a tag that no item has yet. Many rows by one statement take two thirds of the time.
void insert_tags(const Database& database, std::int64_t tag, std::span<const TagValue> values) {
  std::vector<TagValue> rows;
  rows.reserve(values.size());
  std::ranges::copy_if(values, std::back_inserter(rows),
                       [](const TagValue& tagged) { return !tagged.value.empty(); });
  constexpr std::size_t kMany = 32;
  Statement many(database, insertion_of(kMany));
  std::size_t done = 0;
  for (; rows.size() - done >= kMany; done += kMany) {
    bind_rows(many, tag, &rows[done], std::make_index_sequence<kMany>());
    many.run();
  }
  Statement one(database, insertion_of(1));
  for (; done < rows.size(); ++done) one.bind(tag, rows[done].item, rows[done].value).run();
}

}  // namespace

std::vector<std::string> Store::tag_names() const {
  Statement statement(database_, "SELECT id, name, checksum FROM tags ORDER BY id");
  std::vector<std::string> names;
  while (statement.step_row("tags")) names.emplace_back(statement.text(1));
  return names;
}

std::vector<ItemTag> Store::tags_of(std::int64_t item) const {
  Statement names(database_, "SELECT id, name, checksum FROM tags ORDER BY id");
  Statement value(database_, std::string(kTagColumns).append("WHERE tag = ?1 AND item = ?2"));
  std::vector<ItemTag> tags;
  while (names.step_row("tags")) {
    if (!value.bind(names.integer(0), item).step_row("item_tags")) continue;
    tags.push_back({.name = std::string(names.text(1)), .value = std::string(value.text(2))});
  }
  return tags;
}

Store::TagColumn Store::tag_column(std::string_view name) const {
  Statement statement(database_, std::string(kTagColumns).append("WHERE tag = ?1 ORDER BY item"));
  statement.bind(find_tag(name));
  TagColumn column;
  while (statement.step_row("item_tags")) {
    column.items.push_back(statement.integer(1));
    column.values.emplace_back(statement.text(2));
  }
  return column;
}

std::vector<std::int64_t> Store::items_with(std::string_view tag, std::string_view value) const {
  // By the index alone, for the rows lie all over the file; its pages have checksums as all have.
  Statement statement(database_,
                      "SELECT item FROM item_tags INDEXED BY items_by_value "
                      "WHERE tag = ?1 AND value = ?2 ORDER BY item");
  statement.bind(find_tag(tag), value);
  std::vector<std::int64_t> items;
  while (statement.step()) items.push_back(statement.integer(0));
  return items;
}

bool Store::has_value(std::string_view tag, std::string_view value) const {
  Statement statement(database_,
                      "SELECT tag, value, items, checksum FROM tag_values "
                      "WHERE tag = ?1 AND value = ?2");
  return statement.bind(find_tag(tag), value).step_row("tag_values");
}

std::vector<ValueCount> Store::value_counts(std::string_view name) const {
  Statement statement(database_,
                      "SELECT tag, value, items, checksum FROM tag_values WHERE tag = ?1");
  statement.bind(find_tag(name));
  std::vector<ValueCount> counts;
  while (statement.step_row("tag_values")) {
    counts.push_back({.value = std::string(statement.text(1)), .items = statement.count(2)});
  }
  return counts;
}

std::vector<TagSummary> Store::tag_summaries(std::size_t common) const {
  Statement sums(database_, "SELECT count(*), sum(items) FROM tag_values WHERE tag = ?1");
  Statement most(database_,
                 "SELECT tag, value, items, checksum FROM tag_values WHERE tag = ?1 "
                 "ORDER BY items DESC, value LIMIT ?2");
  std::vector<TagSummary> summaries;
  for (std::string& name : tag_names()) {
    const std::int64_t tag = find_tag(name);
    if (!sums.bind(tag).step() || sums.count(0) == 0) continue;
    TagSummary& summary = summaries.emplace_back();
    summary.name = std::move(name);
    summary.values = sums.count(0);
    summary.items = sums.count(1);
    most.bind(tag, common);
    while (most.step_row("tag_values")) {
      summary.common.push_back({std::string(most.text(1)), most.count(2)});
    }
  }
  return summaries;
}

void Store::count_values(std::int64_t tag) {
  Statement(database_, "DELETE FROM tag_values WHERE tag = ?1").bind(tag).run();
  Statement(database_,
            "INSERT INTO tag_values SELECT tag, value, count(*), "
            "row_checksum(tag, value, count(*)) FROM item_tags WHERE tag = ?1 GROUP BY value")
      .bind(tag)
      .run();
}

void Store::put_value_counts(std::int64_t tag, std::span<const TagValue> values) {
  std::unordered_map<std::string_view, std::size_t> counts;
  for (const TagValue& tagged : values) {
    if (!tagged.value.empty()) ++counts[tagged.value];
  }
  Statement put(database_, "INSERT INTO tag_values VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3))");
  for (const auto& [value, count] : std::map(counts.begin(), counts.end())) {
    put.bind(tag, value, count).run();
  }
}

void Store::count_value(std::int64_t tag, std::string_view value, std::int64_t more) {
  Statement(database_,
            "INSERT INTO tag_values VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3)) "
            "ON CONFLICT DO UPDATE SET items = items + ?3, "
            "checksum = row_checksum(tag, value, items + ?3)")
      .bind(tag, value, more)
      .run();
  Statement(database_, "DELETE FROM tag_values WHERE tag = ?1 AND value = ?2 AND items = 0")
      .bind(tag, value)
      .run();
}

// Value by value: SQLite finds a set of pairs in tag_values only by reading all values of each tag.
void Store::forget_tags(std::int64_t item) {
  Statement tags(database_,
                 "SELECT tag, value FROM item_tags "
                 "WHERE item = ?1 AND tag IN (SELECT id FROM tags)");
  std::vector<std::pair<std::int64_t, std::string>> values;
  tags.bind(item);
  while (tags.step()) values.emplace_back(tags.integer(0), tags.text(1));
  Statement erase(database_, "DELETE FROM item_tags WHERE tag = ?1 AND item = ?2");
  for (const auto& [tag, value] : values) {
    erase.bind(tag, item).run();
    count_value(tag, value, -1);
  }
}

std::int64_t Store::find_tag(std::string_view name) const {
  Statement statement(database_, "SELECT id, name, checksum FROM tags WHERE name = ?1");
  return statement.bind(name).step_row("tags") ? statement.integer(0) : kNoTag;
}

std::int64_t Store::tag_id(std::string_view name) {
  if (const std::int64_t found = find_tag(name); found != kNoTag) return found;
  Statement last(database_, "SELECT coalesce(max(id), 0) + 1 FROM tags");
  const std::int64_t id = last.step() ? last.integer(0) : 1;
  Statement(database_, "INSERT INTO tags VALUES(?1, ?2, row_checksum(?1, ?2))")
      .bind(id, name)
      .run();
  return id;
}

void Store::put_tags(std::string_view name, std::span<const TagValue> values) {
  assert(database_.in_transaction());
  // Counting all of a shop for a few items would be most of the work.
  constexpr std::size_t kFew = 256;
  const bool few = values.size() <= kFew;
  const std::int64_t tag = tag_id(name);
  if (!few && !Statement(database_, "SELECT 1 FROM item_tags WHERE tag = ?1").bind(tag).step()) {
    insert_tags(database_, tag, values);
    put_value_counts(tag, values);
    return;
  }
  // A value that is there already is not written again: a second run costs a look at each.
  Statement put(database_,
                "INSERT INTO item_tags VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3)) "
                "ON CONFLICT DO UPDATE SET value = excluded.value, checksum = excluded.checksum "
                "WHERE value <> excluded.value");
  Statement erase(database_, "DELETE FROM item_tags WHERE tag = ?1 AND item = ?2");
  Statement find(database_, "SELECT value FROM item_tags WHERE tag = ?1 AND item = ?2");
  for (const TagValue& tagged : values) {
    if (few) {
      const std::string old = text_or_none(find.bind(tag, tagged.item));
      if (old == tagged.value) continue;
      if (!old.empty()) count_value(tag, old, -1);
      if (!tagged.value.empty()) count_value(tag, tagged.value, 1);
    }
    if (tagged.value.empty()) {
      erase.bind(tag, tagged.item).run();
    } else {
      put.bind(tag, tagged.item, tagged.value).run();
    }
  }
  if (!few) count_values(tag);
}

}  // namespace likeness
