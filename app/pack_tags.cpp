#include "app/pack_tags.hpp"

#include <string_view>
#include <unordered_map>

namespace likeness {
namespace {

// An item and where the next tag of its row stands, for the columns are gone through in order.
struct Tagged {
  std::int64_t item = 0;
  const TagRow* row = nullptr;
  std::size_t next = 0;
};

// In the order of the items, which is the order in which the database keeps them.
std::vector<Tagged> items_with_row(const std::vector<Item>& items, const TagTable& table) {
  std::unordered_map<std::string_view, const TagRow*> row_of;
  for (const TagRow& row : table.rows) row_of.emplace(row.key, &row);
  std::vector<Tagged> tagged;
  for (const Item& item : items) {
    const auto row = row_of.find(item.key);
    if (row != row_of.end()) tagged.push_back({.item = item.id, .row = row->second});
  }
  return tagged;
}

// The tag of the column, or nothing.
std::string_view take(Tagged& tagged, std::size_t column) {
  const auto& tags = tagged.row->tags;
  if (tagged.next == tags.size() || tags[tagged.next].column != column) return {};
  return tags[tagged.next++].value;
}

}  // namespace

TagReport put_tags(Store& store, const TagTable& table, std::string_view key_column) {
  const auto items = store.items();
  auto tagged = items_with_row(items, table);
  TagReport report{.names = {}, .items = tagged.size(), .match = {}, .repeated = table.repeated};
  std::vector<TagValue> values(tagged.size());
  for (std::size_t column = 0; column < table.names.size(); ++column) {
    if (table.names[column] == key_column) continue;
    for (std::size_t i = 0; i < tagged.size(); ++i) {
      values[i] = {.item = tagged[i].item, .value = take(tagged[i], column)};
    }
    store.put_tags(table.names[column], values);
    report.names.push_back(table.names[column]);
  }
  std::vector<std::string> keys;
  keys.reserve(items.size());
  for (const Item& item : items) keys.push_back(item.key);
  report.match = match_tags(table, keys);
  return report;
}

}  // namespace likeness
