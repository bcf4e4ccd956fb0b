#include "app/recommend_query.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "app/arguments.hpp"
#include "app/embedding.hpp"
#include "likeness/base/error.hpp"

namespace likeness {
namespace {

Item find_item(const Store& store, const std::string& key) {
  if (auto item = store.find_item(key)) return *std::move(item);
  throw Error(Error::Kind::kNotFound,
              key +
                  ": there is no such item in the shop: a key is the name of a picture's file "
                  "without folder and extension");
}

std::vector<Item> find_items(const Store& store, const std::vector<std::string>& keys) {
  std::vector<Item> items;
  for (const std::string& key : keys) {
    if (std::ranges::find(items, key, &Item::key) == items.end()) {
      items.push_back(find_item(store, key));
    }
  }
  return items;
}

void add_vectors(const std::vector<Item>& items, const RecommendQuery& query,
                 const ActiveLatents& active, std::vector<float>& vectors,
                 std::vector<std::size_t>& rows) {
  for (const Item& item : items) {
    const auto row = active.row_of(item.id);
    if (!row) {
      throw Error(Error::Kind::kNotFound, item.key + ": has no latent by " + active.model.name +
                                              " yet: make it by `likeness embed " +
                                              query.files.folder.string() + "`");
    }
    const auto vector = active.rows().row(*row);
    vectors.insert(vectors.end(), vector.begin(), vector.end());
    rows.push_back(*row);
  }
}

std::string hint(const std::string& wrong, std::span<const std::string> names,
                 const RecommendQuery& query) {
  if (const auto like = most_like(wrong, names)) return ": did you mean " + *like + "?";
  return ": `likeness info " + query.files.folder.string() + "` tells what there is";
}

[[noreturn]] void fail_without_value(const Store& store, const RecommendQuery& query,
                                     const TagFilter& filter) {
  const std::string what = "--where " + filter.tag + "=" + filter.value;
  const auto names = store.tag_names();
  if (std::ranges::find(names, filter.tag) == names.end()) {
    throw Error(Error::Kind::kNotFound,
                what + ": the shop has no such tag" + hint(filter.tag, names, query));
  }
  const auto column = store.tag_column(filter.tag);
  const std::set<std::string> different(column.values.begin(), column.values.end());
  const std::vector<std::string> values(different.begin(), different.end());
  throw Error(Error::Kind::kNotFound,
              what + ": no item has this value" + hint(filter.value, values, query));
}

}  // namespace

void read_value(const std::string& word, TagFilter& value) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
    throw UsageError("is not TAG=VALUE: give one such as colour=red");
  }
  value = {.tag = word.substr(0, equals), .value = word.substr(equals + 1)};
}

NamedItems find_items(const Store& store, const RecommendQuery& query) {
  NamedItems items{.liked = find_items(store, query.liked),
                   .unliked = find_items(store, query.unliked)};
  for (const Item& item : items.unliked) {
    if (std::ranges::find(items.liked, item.key, &Item::key) == items.liked.end()) continue;
    throw UsageError("--unlike " + item.key + " is also given by --item: leave one of them out");
  }
  return items;
}

Taste taste_of(const Store& store, const RecommendQuery& query, const NamedItems& items,
               const ActiveLatents& active) {
  Taste taste;
  add_vectors(items.liked, query, active, taste.liked, taste.items);
  add_vectors(items.unliked, query, active, taste.unliked, taste.items);
  if (!query.image) return taste;
  const auto packs = store.packs();
  if (packs.empty()) throw Error(Error::Kind::kCorrupt, "shop.db: has latents but no packs");
  taste.liked = embed_picture(query.files, packs.front(), active.model, *query.image);
  return taste;
}

ItemSet matching_rows(const Store& store, const RecommendQuery& query,
                      const ActiveLatents& active) {
  const std::size_t count = active.latents.items.size();
  std::map<std::string, ItemSet> rows_of_tag;
  for (const TagFilter& filter : query.where) {
    const auto items = store.items_with(filter.tag, filter.value);
    if (items.empty()) fail_without_value(store, query, filter);
    auto& rows = rows_of_tag.try_emplace(filter.tag, count, ItemSet::Start::kEmpty).first->second;
    for (const std::int64_t item : items) {
      if (const auto row = active.row_of(item)) rows.insert(*row);
    }
  }
  ItemSet matching(count, ItemSet::Start::kFull);
  for (const auto& [tag, rows] : rows_of_tag) matching.intersect(rows);
  return matching;
}

}  // namespace likeness
