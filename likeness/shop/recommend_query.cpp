#include "likeness/shop/recommend_query.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

Item find_item(const Store& store, const std::string& key) {
  if (auto item = store.find_item(to_nfc(key))) return *std::move(item);
  throw Error(Error::Kind::kNotFound,
              key +
                  ": there is no such item in the shop: a key is the name of a picture's file "
                  "without folder and extension");
}

std::vector<Item> find_items(const Store& store, const std::vector<std::string>& keys) {
  std::vector<Item> items;
  for (const std::string& key : keys) {
    Item item = find_item(store, key);
    if (std::ranges::find(items, item.id, &Item::id) == items.end()) {
      items.push_back(std::move(item));
    }
  }
  return items;
}

void add_vectors(const std::vector<Item>& items, const ActiveLatents& active,
                 std::vector<float>& vectors, std::vector<std::size_t>& rows) {
  for (const Item& item : items) {
    const auto row = active.row_of(item.id);
    if (!row) {
      throw Error(Error::Kind::kNotFound,
                  item.key + ": has no latent by " + active.model.name + " yet",
                  by_embedding("make it"));
    }
    const auto vector = active.rows().row(*row);
    vectors.insert(vectors.end(), vector.begin(), vector.end());
    rows.push_back(*row);
  }
}

}  // namespace

NamedItems find_items(const Store& store, const RecommendQuery& query) {
  NamedItems items{.liked = find_items(store, query.liked),
                   .unliked = find_items(store, query.unliked)};
  for (const Item& item : items.unliked) {
    if (std::ranges::find(items.liked, item.key, &Item::key) == items.liked.end()) continue;
    throw RequestError("unlike", item.key + " is liked, too: leave one of them out");
  }
  return items;
}

Taste taste_of(const Store& store, const RecommendQuery& query, const NamedItems& items,
               const ActiveLatents& active) {
  Taste taste;
  add_vectors(items.liked, active, taste.liked, taste.items);
  add_vectors(items.unliked, active, taste.unliked, taste.items);
  if (!query.image) return taste;
  const auto packs = store.packs();
  if (packs.empty()) throw Error(Error::Kind::kCorrupt, "shop.db: has latents but no packs");
  taste.liked = embed_picture(query.files, packs.front(), active.model, *query.image);
  return taste;
}

ItemSet matching_rows(const Store& store, const RecommendQuery& query,
                      const ActiveLatents& active) {
  const std::size_t count = active.latents.items.size();
  if (query.where.empty()) return {count, ItemSet::Start::kFull};
  ItemSet matching(count, ItemSet::Start::kEmpty);
  for (const std::int64_t item : items_where(store, query.where)) {
    if (const auto row = active.row_of(item)) matching.insert(*row);
  }
  return matching;
}

}  // namespace likeness
