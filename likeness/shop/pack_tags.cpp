#include "likeness/shop/pack_tags.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

// An item and where the next tag of its row stands, for the columns are gone through in order.
struct Tagged {
  std::int64_t item = 0;
  const TagRow* row = nullptr;
  std::size_t next = 0;
};

// The tag of the column, or nothing.
std::string_view take(Tagged& tagged, std::size_t column) {
  const auto& tags = tagged.row->tags;
  if (tagged.next == tags.size() || tags[tagged.next].column != column) return {};
  return tags[tagged.next++].value;
}

std::string lines_of(const BadRows& bad) {
  std::string text;
  for (const auto& [line, complaint] : bad.first) {
    text += fmt::format("{}line {}: {}", text.empty() ? "" : "; ", line, complaint);
  }
  if (bad.count > bad.first.size()) {
    text += fmt::format("; and {} more", with_thousands(bad.count - bad.first.size()));
  }
  return text;
}

[[noreturn]] void refuse(const BadRows& bad, const std::filesystem::path& file) {
  const std::string count =
      bad.count == 1 ? "" : fmt::format("{} rows cannot be read: ", with_thousands(bad.count));
  const std::string them = bad.count == 1 ? "it" : "them";
  throw Error(
      Error::Kind::kInput,
      fmt::format("{}: {}{}: mend {}", file.string(), count, lines_of(bad), them),
      {.does = "or go on without " + them,
       .verb = "pack",
       .asked = {{.field = "", .value = "..."}, {.field = "tags-skip-bad-rows", .value = ""}}});
}

[[noreturn]] void fail_without_match(const TagTable& table, const std::vector<std::string>& keys,
                                     const TagSource& source) {
  const std::string file = source.file.string();
  if (table.rows.empty()) {
    throw Error(Error::Kind::kInput,
                file + ": has no row that can be read below its header: nothing was changed");
  }
  throw Error(
      Error::Kind::kInput,
      fmt::format("{}: no row belongs to a picture: its column '{}' has keys such as '{}', and the "
                  "pictures' files have names (without folder and extension) such as '{}': is "
                  "another column the key? nothing was changed",
                  file, source.key_column, table.rows.front().key, keys.front()));
}

}  // namespace

TagTable read_tags(const TagSource& source, OnBadRows on_bad_rows) {
  TagTable table = read_tags(source.file, source.key_column);
  if (table.bad.count > 0 && on_bad_rows == OnBadRows::kRefuse) refuse(table.bad, source.file);
  return table;
}

TagReport put_tags(Store& store, const TagTable& table, const TagSource& source) {
  const auto items = store.items();
  std::vector<std::string> keys;
  keys.reserve(items.size());
  for (const Item& item : items) keys.push_back(item.key);
  TagReport report{.names = {},
                   .items = 0,
                   .match = match_tags(table, keys),
                   .repeated = table.repeated,
                   .bad = table.bad,
                   .empty_rows = table.empty_rows,
                   .nameless_columns = table.nameless_columns};
  if (report.match.matched == 0 && !keys.empty()) fail_without_match(table, keys, source);
  std::vector<Tagged> tagged;  // in the order of the items, in which the database keeps them
  for (std::size_t i = 0; i < items.size(); ++i) {
    const TagRow* row = report.match.row_of[i];
    if (row != nullptr) tagged.push_back({.item = items[i].id, .row = row});
  }
  report.items = tagged.size();
  LateIndexes indexes = store.late_tag_indexes();
  std::vector<TagValue> values(tagged.size());
  for (std::size_t column = 0; column < table.names.size(); ++column) {
    if (table.names[column] == source.key_column) continue;
    for (std::size_t i = 0; i < tagged.size(); ++i) {
      values[i] = {.item = tagged[i].item, .value = take(tagged[i], column)};
    }
    store.put_tags(table.names[column], values);
    report.names.push_back(table.names[column]);
  }
  indexes.make();
  return report;
}

}  // namespace likeness
