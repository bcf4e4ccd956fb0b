// The verb "recommend": what looks like items, or like any picture. It reads no more of the shop
// than the answer needs, so that it may be asked for every page that a web site shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/recommend.hpp"
#include "likeness/shop/explanation.hpp"
#include "likeness/shop/gallery_clusters.hpp"
#include "likeness/shop/item_cache.hpp"
#include "likeness/shop/item_pictures.hpp"
#include "likeness/shop/part_weights.hpp"
#include "likeness/shop/recommend_query.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct RecommendRequest {
  RecommendQuery query;
  std::uint64_t count = RecommendOptions{}.count;
  std::uint64_t offset = 0;                  // so many of the first are left out
  enum class By { kNeighbours, kClusters };  // kClusters: only of the same cluster
  By by = By::kNeighbours;
  double diversity = 0.0;  // 0: the nearest; towards 1: unlike one another
  double relevance = 0.0;  // at least; see Relevance
  enum class Repeats {
    kShown,
    kFolded
  };  // kFolded: each picture once, and not again what is liked
  Repeats repeats = Repeats::kShown;
  std::vector<PartWeight> weights;  // none: as the model has them
  enum class Explained { kNo, kYes };
  Explained explained = Explained::kNo;
};

struct ShownItem {
  Item item;
  std::vector<ItemTag> tags;
  float distance = 0.0F;
  double relevance = 0.0;
  std::optional<std::size_t> cluster;      // where the shop has clusters
  std::vector<std::string> folded;         // keys of its duplicates among the results
  std::optional<Explanation> explanation;  // where it was asked for
};

struct RecommendOutcome {
  std::string model;
  std::size_t items = 0;    // that were searched
  std::vector<Item> liked;  // that were asked for
  std::vector<ShownItem> results;
};

// RequestError for what is out of range or does not go together.
void require_sound(const RecommendRequest& request);

// Errors as of require_sound(); Error::kNotFound for an item that is not there or has no latent.
[[nodiscard]] RecommendOutcome recommend(const RecommendRequest& request, const Work& work);
// The same of a store that is open, for who reads more of the same snapshot.
[[nodiscard]] RecommendOutcome recommend(const RecommendRequest& request, const Store& store,
                                         const Work& work);

// The same of what is open already, all of it of one snapshot. The request's weights are the
// gallery's, and are not looked at. By parts nothing is explained where none are given.
struct SearchedShop {
  const Store& store;
  const Gallery& gallery;
  const std::optional<GalleryClusters>& clusters;
  const ItemCache& items;
  ItemPictures& pictures;
  std::span<const Part> parts = {};  // of the gallery's model
};
[[nodiscard]] RecommendOutcome recommend(const RecommendRequest& request, const SearchedShop& shop,
                                         const Work& work);

[[nodiscard]] Json to_json(const RecommendOutcome& outcome);

}  // namespace likeness
