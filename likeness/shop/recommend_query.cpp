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

void add_vectors(const std::vector<Item>& items, const Gallery& gallery,
                 std::vector<float>& vectors, std::vector<std::size_t>& numbers) {
  for (const Item& item : items) {
    const auto number = gallery.number_of({.pack = item.pack, .record = item.record});
    if (!number) {
      throw Error(Error::Kind::kNotFound,
                  item.key + ": has no latent by " + gallery.model().name + " yet",
                  by_embedding("make it"));
    }
    const auto vector = gallery.vector(*number);
    vectors.insert(vectors.end(), vector.begin(), vector.end());
    numbers.push_back(*number);
  }
}

}  // namespace

NamedItems find_items(const Store& store, const RecommendQuery& query) {
  NamedItems items{.liked = find_items(store, query.liked),
                   .weights = {},
                   .unliked = find_items(store, query.unliked)};
  for (const Item& item : items.liked) {
    const auto place = std::ranges::find(query.liked, item.key, to_nfc) - query.liked.begin();
    const auto i = static_cast<std::size_t>(place);
    items.weights.push_back(i < query.weights.size() ? query.weights[i] : 1.0);
  }
  for (const Item& item : items.unliked) {
    if (std::ranges::find(items.liked, item.key, &Item::key) == items.liked.end()) continue;
    throw RequestError("unlike", item.key + " is liked, too: leave one of them out");
  }
  return items;
}

Taste taste_of(const Store& store, const RecommendQuery& query, const NamedItems& items,
               const Gallery& gallery) {
  Taste taste;
  add_vectors(items.liked, gallery, taste.liked, taste.items);
  taste.weights = items.weights;
  for (const auto& [latent, weight] : query.latents) {
    std::vector<float> vector = latent;
    gallery.weigh(vector);
    taste.liked.insert(taste.liked.end(), vector.begin(), vector.end());
    taste.weights.push_back(weight);
  }
  add_vectors(items.unliked, gallery, taste.unliked, taste.items);
  if (!query.image) return taste;
  const auto packs = store.packs();
  if (packs.empty()) throw Error(Error::Kind::kCorrupt, "shop.db: has latents but no packs");
  taste.liked = embed_picture(query.files, packs.front(), gallery.model(), *query.image);
  gallery.weigh(taste.liked);
  taste.weights = {1.0};
  return taste;
}

ItemSet matching_items(const Store& store, const RecommendQuery& query, const Gallery& gallery) {
  if (query.where.empty()) return gallery.items();
  ItemSet matching(gallery.items().size(), ItemSet::Start::kEmpty);
  for (const RecordPlace& place : store.places_of(items_where(store, query.where))) {
    if (const auto number = gallery.number_of(place)) matching.insert(*number);
  }
  return matching;
}

}  // namespace likeness
