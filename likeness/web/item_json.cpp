#include "likeness/web/item_json.hpp"

#include <fmt/format.h>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/shop/same_pictures.hpp"
#include "likeness/web/target.hpp"

namespace likeness {

Item item_named(const Store& store, const std::string& key) {
  if (auto item = store.find_item(to_nfc(key))) return *std::move(item);
  throw Error(Error::Kind::kNotFound, key + ": there is no such item in the shop");
}

std::string picture_version(const Item& item) {
  return fmt::format("{:x}-{:x}", item.pack, item.record);
}

std::string picture_address(const Item& item) {
  const std::string address = "api/v1/items/" + percent_encoded(item.key) + "/picture";
  return item.pack == 0 ? address : address + "?v=" + picture_version(item);
}

Json json_of(const Item& item, const Store& store) { return json_of(item, store.tags_of(item.id)); }

Json json_of(const Item& item, const std::vector<ItemTag>& tags) {
  Json::Object all;
  for (const ItemTag& tag : tags) all.emplace_back(tag.name, tag.value);
  return Json::Object{
      {"key", item.key}, {"tags", std::move(all)}, {"picture", picture_address(item)}};
}

std::vector<std::string> duplicates_of(const ShopView::Reader& reader,
                                       const ShopView::Searched& searched, const Item& item,
                                       std::size_t number) {
  constexpr std::size_t kCandidates = 32;  // the same picture lies near itself
  const Gallery& gallery = searched.gallery;
  const auto near = gallery.index().nearest(
      gallery.vector(number), {.count = kCandidates, .among = &gallery.items(), .threads = 1});
  const auto item_at = [&](std::size_t other) {
    return reader.store().find_item(gallery.place_of(other));
  };
  SamePictures same([&](std::size_t other) {
    const auto found = other == number ? std::optional(item) : item_at(other);
    if (!found) throw Error(Error::Kind::kCorrupt, "shop.db: a latent belongs to no item");
    return reader.pictures().view(*found);
  });
  std::vector<std::string> keys;
  for (const Neighbour& one : near) {
    if (one.item == number || !same(one.item, std::span(&number, 1))) continue;
    if (const auto found = item_at(one.item)) keys.push_back(found->key);
  }
  return keys;
}

}  // namespace likeness
