// The items of a shop as they are published: read pack by pack, so that memory does not grow with
// what a row holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "likeness/shop/gallery.hpp"
#include "likeness/shop/gallery_clusters.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct PublishedItem {
  std::string key;
  std::string source;
  std::vector<std::int32_t> tags;  // numbers of the database, in the order of the shop's tags
  std::optional<std::int32_t> cluster;
  std::vector<float> latent;

  // Of all but the key: what tells whether the item changed.
  [[nodiscard]] std::uint64_t checksum() const;
};

// The numbers that a database has for tags.
using TagNumbers = std::map<std::pair<std::string, std::string>, std::int32_t>;

class ShopItems {
 public:
  // All of one snapshot, which must outlive it.
  ShopItems(const Store& store, const Gallery& gallery,
            const std::optional<GalleryClusters>& clusters, const TagNumbers& numbers);

  // Items that have a latent, in an order that stays.
  void visit(const std::function<void(const PublishedItem&)>& on_item) const;

 private:
  // One tag: of the items that have it, by id, the numbers of its values.
  struct Column {
    std::vector<std::int64_t> items;
    std::vector<std::int32_t> numbers;
  };
  [[nodiscard]] std::vector<std::int32_t> tags_of(std::int64_t item) const;

  const Store& store_;
  const Gallery& gallery_;
  std::vector<Column> columns_;
  std::vector<std::int64_t> items_;                   // by id
  std::vector<std::optional<std::size_t>> clusters_;  // of these; empty: there are none
};

// Each name and value that an item of the shop has.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> all_tags(const Store& store);

}  // namespace likeness
