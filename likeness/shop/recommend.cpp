#include "likeness/shop/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/remedies.hpp"
#include "likeness/shop/same_pictures.hpp"

namespace likeness {
namespace {

void check_share(const char* field, double value) {
  if (value >= 0.0 && value <= 1.0) return;
  throw RequestError(field, fmt::format("{} is out of range: give a number from 0 to 1", value));
}

std::shared_ptr<const TaggedItem> item_of(const SearchedShop& shop, std::size_t number) {
  if (auto item = shop.items.find(shop.gallery.place_of(number), shop.store)) return item;
  throw Error(Error::Kind::kCorrupt, "shop.db: a latent belongs to no item", by_verifying());
}

SamePictures compare_pictures(const SearchedShop& shop) {
  return SamePictures(
      [&shop](std::size_t number) { return shop.pictures.view(item_of(shop, number)->item); });
}

// The items of the cluster of the only one that is liked; else, and of other pictures, of the
// cluster whose centroid is nearest.
ItemSet items_of_cluster(const NamedItems& named, const Taste& taste, const SearchedShop& shop,
                         const GalleryClusters& all) {
  const bool one_item = taste.items.size() == 1 && named.liked.size() == 1 &&
                        taste.liked.size() == shop.gallery.model().dimensions;
  const std::size_t cluster =
      one_item ? all.cluster_of(shop.store, named.liked.front(), taste.items.front())
               : all.nearest(query_of(taste, shop.gallery.model().dimensions));
  return all.items_of(shop.store, cluster);
}

std::vector<ItemTag> tags_of(const Store& store, std::span<const Item> items) {
  std::vector<ItemTag> tags;
  for (const Item& item : items)
    std::ranges::move(store.tags_of(item.id), std::back_inserter(tags));
  return tags;
}

std::vector<ShownItem> shown_items(const SearchedShop& shop, std::span<const Recommendation> found,
                                   const std::optional<Explainer>& explainer) {
  std::vector<ShownItem> shown;
  for (const Recommendation& one : found) {
    ShownItem& item = shown.emplace_back();
    const auto known = item_of(shop, one.item);
    item.item = known->item;
    item.tags = known->tags;
    item.distance = one.distance;
    item.relevance = one.relevance;
    if (shop.clusters) item.cluster = shop.clusters->cluster_of(shop.store, item.item, one.item);
    for (const std::size_t folded : one.folded) {
      item.folded.push_back(item_of(shop, folded)->item.key);
    }
    if (explainer) item.explanation = explainer->of(shop.gallery.vector(one.item), item.tags);
  }
  return shown;
}

}  // namespace

void require_sound(const RecommendRequest& request) {
  constexpr std::uint64_t kMostResults = 1'000'000;
  constexpr std::uint64_t kMostDistinct = 1000;
  const bool items = !request.query.liked.empty() || !request.query.latents.empty();
  if (items == request.query.image.has_value()) {
    throw RequestError("image", request.query.image
                                    ? "and items exclude each other: give one of them"
                                    : "or an item is missing: what should it look like?");
  }
  if (request.count < 1 || request.count > kMostResults) {
    throw RequestError("count", fmt::format("{} is out of range: give a number from 1 to {}",
                                            request.count, kMostResults));
  }
  if (request.offset > kMostResults - request.count) {
    throw RequestError("offset", fmt::format("{} is out of range: all in all {} results are given",
                                             request.offset, kMostResults));
  }
  check_share("diversity", request.diversity);
  check_share("relevance", request.relevance);
  if (request.repeats == RecommendRequest::Repeats::kFolded &&
      request.count + request.offset > kMostDistinct) {
    throw RequestError("distinct", fmt::format("compares {} results at most, not {}: ask for fewer",
                                               kMostDistinct, request.count + request.offset));
  }
}

RecommendOutcome recommend(const RecommendRequest& request, const Work& work) {
  require_sound(request);
  return recommend(request, open_store(request.query.files), work);
}

RecommendOutcome recommend(const RecommendRequest& request, const Store& store, const Work& work) {
  require_sound(request);
  const ShopFiles& files = request.query.files;
  (void)find_items(store, request.query);  // what is not there is told before anything is read
  const Gallery gallery(store, files, request.weights, work.threads);
  say_what_has_no_latent(store, gallery.model(), gallery.count(), work);
  const auto clusters = clusters_of(store, gallery);
  ItemPictures pictures(files, store);
  return recommend(request,
                   {.store = store,
                    .gallery = gallery,
                    .clusters = clusters,
                    .items = ItemCache(),
                    .pictures = pictures},
                   work);
}

RecommendOutcome recommend(const RecommendRequest& request, const SearchedShop& shop,
                           const Work& work) {
  require_sound(request);
  const RecommendQuery& query = request.query;
  NamedItems named = find_items(shop.store, query);
  const Taste taste = taste_of(shop.store, query, named, shop.gallery);
  ItemSet among = matching_items(shop.store, query, shop.gallery);
  if (request.by == RecommendRequest::By::kClusters) {
    if (!shop.clusters) {
      throw Error(Error::Kind::kNotFound,
                  "the shop has no clusters by " + shop.gallery.model().name + " yet",
                  by_clustering());
    }
    among.intersect(items_of_cluster(named, taste, shop, *shop.clusters));
  }
  const bool folded = request.repeats == RecommendRequest::Repeats::kFolded;
  SamePictures same_pictures = compare_pictures(shop);
  const SameItem same = std::ref(same_pictures);
  const auto found = recommend(shop.gallery.index(), shop.gallery.relevance(), taste,
                               {.count = request.count + request.offset,
                                .diversity = request.diversity,
                                .relevance = request.relevance,
                                .among = &among,
                                .distinct = folded ? &same : nullptr,
                                .threads = work.threads});
  const auto shown = std::span(found).subspan(std::min<std::size_t>(request.offset, found.size()));
  std::optional<Explainer> explainer;
  if (request.explained == RecommendRequest::Explained::kYes) {
    explainer.emplace(shop.parts, shop.gallery.model().dimensions, taste,
                      tags_of(shop.store, named.liked));
  }
  std::vector<ShownItem> results = shown_items(shop, shown, explainer);
  return {.model = shop.gallery.model().name,
          .items = shop.gallery.count(),
          .liked = std::move(named.liked),
          .results = std::move(results)};
}

Json to_json(const RecommendOutcome& outcome) {
  Json::Array results;
  for (const ShownItem& shown : outcome.results) {
    Json::Object tags;
    for (const ItemTag& tag : shown.tags) tags.emplace_back(tag.name, tag.value);
    Json::Array folded;
    for (const std::string& key : shown.folded) folded.emplace_back(key);
    results.emplace_back(Json::Object{{"key", shown.item.key},
                                      {"distance", shown.distance},
                                      {"relevance", shown.relevance},
                                      {"cluster", shown.cluster ? Json(*shown.cluster) : Json()},
                                      {"tags", std::move(tags)},
                                      {"path", shown.item.source},
                                      {"folded", std::move(folded)}});
  }
  return Json::Object{
      {"model", outcome.model}, {"items", outcome.items}, {"results", std::move(results)}};
}

}  // namespace likeness
