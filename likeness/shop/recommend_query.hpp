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
  std::vector<double> weights = {};            // of these, each above 0; none: all 1
  std::optional<std::filesystem::path> image;  // or a picture that need not be in the shop
  // Or pictures that were embedded already: their latents by the model, and how much each counts.
  struct LikedLatent {
    std::vector<float> latent;
    double weight = 1.0;
  };
  std::vector<LikedLatent> latents = {};
  std::vector<std::string> unliked;  // keys
  std::vector<TagFilter> where;
};

// The items that the query names. Error::kNotFound for a key that no item has.
struct NamedItems {
  std::vector<Item> liked;      // each once
  std::vector<double> weights;  // of these
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
