#include "likeness/shop/recommend.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <utility>

#include "likeness/base/error.hpp"
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

std::optional<Clustering> clustering_for(const RecommendRequest& request, const Store& store,
                                         const ActiveLatents& active) {
  auto clustering = stored_clustering(store, active);
  if (!clustering && request.by == RecommendRequest::By::kClusters) {
    throw Error(Error::Kind::kNotFound, "the shop has no clusters by " + active.model.name + " yet",
                by_clustering());
  }
  return clustering;
}

Item item_of_row(const Store& store, const ActiveLatents& active, std::size_t row) {
  if (auto item = store.find_item(active.latents.items[row])) return *std::move(item);
  throw Error(Error::Kind::kCorrupt, "shop.db: a latent belongs to no item", by_verifying());
}

SamePictures compare_pictures(const Store& store, const ShopFiles& files,
                              const ActiveLatents& active) {
  const auto pictures = std::make_shared<ItemPictures>(files, store);
  return SamePictures([pictures, &store, &active](std::size_t row) {
    return pictures->view(item_of_row(store, active, row));
  });
}

std::vector<ShownItem> shown_items(const Store& store, const ActiveLatents& active,
                                   const std::vector<Recommendation>& found,
                                   const std::optional<Clustering>& clustering) {
  std::vector<ShownItem> shown;
  for (const Recommendation& one : found) {
    ShownItem& item = shown.emplace_back();
    item.item = item_of_row(store, active, one.item);
    item.tags = store.tags_of(item.item.id);
    item.distance = one.distance;
    item.relevance = one.relevance;
    if (clustering) item.cluster = clustering->clusters[one.item];
    for (const std::size_t row : one.folded) {
      item.folded.push_back(item_of_row(store, active, row).key);
    }
  }
  return shown;
}

// What each part of the descriptor counts, in whatever is compared.
void weigh(const RecommendRequest& request, ActiveLatents& active, Taste& taste,
           std::optional<Clustering>& clustering) {
  if (request.weights.empty()) return;
  const auto factors = number_factors(request.weights, request.query.files, active.model);
  for (auto* rows : {&active.latents.values, &taste.liked, &taste.unliked}) {
    multiply_rows(factors, *rows);
  }
  if (clustering) multiply_rows(factors, clustering->centroids);
}

}  // namespace

RecommendOutcome recommend(const RecommendRequest& request, const Work& work) {
  check(request);
  const RecommendQuery& query = request.query;
  const Store store = open_store(query.files);
  NamedItems named = find_items(store, query);
  ActiveLatents active = active_latents(store, query.files);
  say_what_has_no_latent(store, active, work);
  Taste taste = taste_of(store, query, named, active);
  const ItemSet among = matching_rows(store, query, active);
  auto clustering = clustering_for(request, store, active);
  weigh(request, active, taste, clustering);
  const Search search(active.rows(), {.expected_queries = 1, .threads = work.threads});
  const Relevance relevance = sample_relevance(search.space(), {.threads = work.threads});
  const bool by_clusters = request.by == RecommendRequest::By::kClusters;
  const bool folded = request.repeats == RecommendRequest::Repeats::kFolded;
  SamePictures same_pictures = compare_pictures(store, query.files, active);
  const SameItem same = std::ref(same_pictures);
  const auto found = recommend(search, relevance, taste,
                               {.count = request.count,
                                .diversity = request.diversity,
                                .relevance = request.relevance,
                                .among = &among,
                                .clustering = by_clusters && clustering ? &*clustering : nullptr,
                                .distinct = folded ? &same : nullptr,
                                .threads = work.threads});
  return {.model = active.model.name,
          .items = active.latents.items.size(),
          .liked = std::move(named.liked),
          .results = shown_items(store, active, found, clustering)};
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
