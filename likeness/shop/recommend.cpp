#include "likeness/shop/recommend.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/shop/active_latents.hpp"
#include "likeness/shop/gallery_clusters.hpp"
#include "likeness/shop/item_pictures.hpp"
#include "likeness/shop/remedies.hpp"
#include "likeness/shop/same_pictures.hpp"

namespace likeness {
namespace {

void check_share(const char* field, double value) {
  if (value >= 0.0 && value <= 1.0) return;
  throw RequestError(field, fmt::format("{} is out of range: give a number from 0 to 1", value));
}

void check(const RecommendRequest& request) {
  constexpr std::uint64_t kMostResults = 1'000'000;
  constexpr std::uint64_t kMostDistinct = 1000;
  if (request.query.liked.empty() != request.query.image.has_value()) {
    throw RequestError("image", request.query.image
                                    ? "and items exclude each other: give one of them"
                                    : "or an item is missing: what should it look like?");
  }
  if (request.count < 1 || request.count > kMostResults) {
    throw RequestError("count", fmt::format("{} is out of range: give a number from 1 to {}",
                                            request.count, kMostResults));
  }
  check_share("diversity", request.diversity);
  check_share("relevance", request.relevance);
  if (request.repeats == RecommendRequest::Repeats::kFolded && request.count > kMostDistinct) {
    throw RequestError("distinct", fmt::format("compares {} results at most, not {}: ask for fewer",
                                               kMostDistinct, request.count));
  }
}

Item item_of(const Store& store, const Gallery& gallery, std::size_t number) {
  if (auto item = store.find_item(gallery.place_of(number))) return *std::move(item);
  throw Error(Error::Kind::kCorrupt, "shop.db: a latent belongs to no item", by_verifying());
}

SamePictures compare_pictures(const Store& store, const ShopFiles& files, const Gallery& gallery) {
  const auto pictures = std::make_shared<ItemPictures>(files, store);
  return SamePictures([pictures, &store, &gallery](std::size_t number) {
    return pictures->view(item_of(store, gallery, number));
  });
}

// The items of the cluster of the only one that is liked; else, and of other pictures, of the
// cluster whose centroid is nearest.
ItemSet items_of_cluster(const NamedItems& named, const Taste& taste, const GalleryClusters& all,
                         const Gallery& gallery) {
  const bool one_item = named.liked.size() == 1 && named.unliked.empty();
  return all.items_of(one_item ? all.cluster_of(named.liked.front(), taste.items.front())
                               : all.nearest(query_of(taste, gallery.model().dimensions)));
}

std::vector<ShownItem> shown_items(const Store& store, const Gallery& gallery,
                                   const std::vector<Recommendation>& found,
                                   const std::optional<GalleryClusters>& clusters) {
  std::vector<ShownItem> shown;
  for (const Recommendation& one : found) {
    ShownItem& item = shown.emplace_back();
    item.item = item_of(store, gallery, one.item);
    item.tags = store.tags_of(item.item.id);
    item.distance = one.distance;
    item.relevance = one.relevance;
    if (clusters) item.cluster = clusters->cluster_of(item.item, one.item);
    for (const std::size_t folded : one.folded) {
      item.folded.push_back(item_of(store, gallery, folded).key);
    }
  }
  return shown;
}

}  // namespace

RecommendOutcome recommend(const RecommendRequest& request, const Work& work) {
  check(request);
  const RecommendQuery& query = request.query;
  const Store store = open_store(query.files);
  NamedItems named = find_items(store, query);
  const Gallery gallery(store, query.files, request.weights, work.threads);
  say_what_has_no_latent(store, gallery.model(), gallery.count(), work);
  const Taste taste = taste_of(store, query, named, gallery);
  ItemSet among = matching_items(store, query, gallery);
  const auto clusters = clusters_of(store, gallery);
  if (request.by == RecommendRequest::By::kClusters) {
    if (!clusters) {
      throw Error(Error::Kind::kNotFound,
                  "the shop has no clusters by " + gallery.model().name + " yet", by_clustering());
    }
    among.intersect(items_of_cluster(named, taste, *clusters, gallery));
  }
  const bool folded = request.repeats == RecommendRequest::Repeats::kFolded;
  SamePictures same_pictures = compare_pictures(store, query.files, gallery);
  const SameItem same = std::ref(same_pictures);
  const auto found = recommend(gallery.index(), gallery.relevance(), taste,
                               {.count = request.count,
                                .diversity = request.diversity,
                                .relevance = request.relevance,
                                .among = &among,
                                .distinct = folded ? &same : nullptr,
                                .threads = work.threads});
  return {.model = gallery.model().name,
          .items = gallery.count(),
          .liked = std::move(named.liked),
          .results = shown_items(store, gallery, found, clusters)};
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
