#include "likeness/shop/active_latents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

constexpr std::uint32_t kNoCluster = std::numeric_limits<std::uint32_t>::max();

// Of each row its stored cluster. Both lists are by id.
std::vector<std::uint32_t> clusters_of_rows(const StoredClusters& stored,
                                            const StoredLatents& latents) {
  const std::size_t count = stored.centroids.size() / stored.dimensions;
  std::vector<std::uint32_t> clusters(latents.items.size(), kNoCluster);
  std::size_t i = 0;
  for (std::size_t row = 0; row < clusters.size(); ++row) {
    while (i < stored.items.size() && stored.items[i] < latents.items[row]) ++i;
    if (i == stored.items.size() || stored.items[i] != latents.items[row]) continue;
    if (stored.cluster[i] >= count) {
      throw Error(Error::Kind::kCorrupt, "shop.db: an item is in a cluster that is not there",
                  {.does = "make them again", .verb = "cluster"});
    }
    clusters[row] = static_cast<std::uint32_t>(stored.cluster[i]);
  }
  return clusters;
}

}  // namespace

std::optional<std::size_t> ActiveLatents::row_of(std::int64_t item) const {
  const auto place = std::ranges::lower_bound(latents.items, item);
  if (place == latents.items.end() || *place != item) return std::nullopt;
  return static_cast<std::size_t>(place - latents.items.begin());
}

StoredModel require_active_model(const Store& store) {
  auto model = store.active_model();
  if (!model || model->latents == 0) {
    const bool trained = !store.models().empty();
    throw trained ? Error(Error::Kind::kNotFound, "the shop has no latents yet", by_embedding())
                  : Error(Error::Kind::kNotFound, "the shop has no model yet", by_training());
  }
  return *std::move(model);
}

ActiveLatents active_latents(const Store& store, const ShopFiles& files) {
  StoredModel model = require_active_model(store);
  StoredLatents latents = own_latents(store, files, model);
  return {.model = std::move(model), .latents = std::move(latents)};
}

void say_what_has_no_latent(const Store& store, const StoredModel& model, std::size_t known,
                            const Work& work) {
  const std::size_t items = store.count_items();
  if (known >= items) return;
  work.say({fmt::format("{} of {} items have no latent by {} yet and are left out",
                        with_thousands(items - known), with_thousands(items), model.name),
            by_embedding()});
}

std::optional<Clustering> stored_clustering(const Store& store, const ActiveLatents& active) {
  StoredClusters stored = store.clusters(active.model.id);
  if (stored.centroids.empty()) return std::nullopt;
  Clustering clustering;
  clustering.dimensions = stored.dimensions;
  clustering.clusters = clusters_of_rows(stored, active.latents);
  clustering.centroids = std::move(stored.centroids);
  clustering.sizes.resize(clustering.centroid_rows().count());
  for (const auto cluster : clustering.clusters) {
    if (cluster != kNoCluster) ++clustering.sizes[cluster];
  }
  if (std::ranges::count(clustering.sizes, 0U) == std::ssize(clustering.sizes)) return std::nullopt;
  for (std::size_t row = 0; row < clustering.clusters.size(); ++row) {
    if (clustering.clusters[row] != kNoCluster) continue;
    const std::size_t nearest = nearest_cluster(clustering, active.rows().row(row));
    clustering.clusters[row] = static_cast<std::uint32_t>(nearest);
    ++clustering.sizes[nearest];
  }
  return clustering;
}

}  // namespace likeness
