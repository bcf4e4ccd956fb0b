#include "likeness/postgres/shop_items.hpp"

#include <algorithm>
#include <span>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/base/json.hpp"

namespace likeness {
namespace {

// A path may hold any bytes, and the database only UTF-8: it has what JSON shows.
std::string as_utf8(const std::string& bytes) {
  return parse_json(Json(bytes).dump(), "a path").text();
}

}  // namespace

std::uint64_t PublishedItem::checksum() const {
  ByteWriter bytes;
  bytes.write_u64(source.size());
  bytes.write_text(source);
  bytes.write_u64(tags.size());
  bytes.write_bytes(std::as_bytes(std::span(tags)));
  bytes.write_u64(cluster ? static_cast<std::uint64_t>(*cluster) + 1 : 0);
  bytes.write_bytes(std::as_bytes(std::span(latent)));
  return likeness::checksum(bytes.bytes());
}

ShopItems::ShopItems(const Store& store, const Gallery& gallery,
                     const std::optional<GalleryClusters>& clusters, const TagNumbers& numbers)
    : store_(store), gallery_(gallery) {
  for (const std::string& name : store.tag_names()) {
    auto [items, values] = store.tag_column(name);
    Column& column = columns_.emplace_back();
    column.items = std::move(items);
    for (std::string& value : values) {
      column.numbers.push_back(numbers.at({name, std::move(value)}));
    }
  }
  if (!clusters) return;
  const auto places = store.item_places();
  clusters_ = clusters->of_items(store, places);
  for (const ItemPlace& place : places) items_.push_back(place.item);
}

std::vector<std::int32_t> ShopItems::tags_of(std::int64_t item) const {
  std::vector<std::int32_t> tags;
  for (const Column& column : columns_) {
    const auto place = std::ranges::lower_bound(column.items, item);
    if (place == column.items.end() || *place != item) continue;
    tags.push_back(column.numbers[static_cast<std::size_t>(place - column.items.begin())]);
  }
  return tags;
}

void ShopItems::visit(const std::function<void(const PublishedItem&)>& on_item) const {
  for (const StoredPack& pack : store_.packs()) {
    for (Item& item : store_.items_of_pack(pack.id)) {
      const auto number = gallery_.number_of({.pack = item.pack, .record = item.record});
      if (item.removed || !number) continue;
      PublishedItem published{.key = std::move(item.key),
                              .source = as_utf8(item.source),
                              .tags = tags_of(item.id),
                              .cluster = {},
                              .latent = gallery_.vector(*number)};
      const auto known = std::ranges::lower_bound(items_, item.id);
      if (known != items_.end() && *known == item.id) {
        const auto& cluster = clusters_[static_cast<std::size_t>(known - items_.begin())];
        if (cluster) published.cluster = static_cast<std::int32_t>(*cluster);
      }
      on_item(published);
    }
  }
}

std::vector<std::pair<std::string, std::string>> all_tags(const Store& store) {
  std::vector<std::pair<std::string, std::string>> tags;
  for (const std::string& name : store.tag_names()) {
    for (auto& [value, items] : store.value_counts(name)) tags.emplace_back(name, std::move(value));
  }
  return tags;
}

}  // namespace likeness
