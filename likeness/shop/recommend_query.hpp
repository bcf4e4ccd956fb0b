// What is asked of recommend(), in the terms of the shop: whose vectors to start from, and which
// items may be shown.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/recommend.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/shop/tag_filter.hpp"

namespace likeness {

struct RecommendQuery {
  ShopFiles files;
  std::vector<std::string> liked;              // keys
  std::optional<std::filesystem::path> image;  // or a picture that need not be in the shop
  std::vector<std::string> unliked;            // keys
  std::vector<TagFilter> where;
};

// The items that the query names. Error::kNotFound for a key that no item has.
struct NamedItems {
  std::vector<Item> liked;
  std::vector<Item> unliked;
};
[[nodiscard]] NamedItems find_items(const Store& store, const RecommendQuery& query);

// Error::kNotFound for an item without a latent.
[[nodiscard]] Taste taste_of(const Store& store, const RecommendQuery& query,
                             const NamedItems& items, const Gallery& gallery);

// The numbers of the items whose tags are as asked: of one tag any of the values, of different tags
// all. Error::kNotFound for a tag or a value that no item has.
[[nodiscard]] ItemSet matching_items(const Store& store, const RecommendQuery& query,
                                     const Gallery& gallery);

}  // namespace likeness
