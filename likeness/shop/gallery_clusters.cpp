#include "likeness/shop/gallery_clusters.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"

namespace likeness {

GalleryClusters::GalleryClusters(const Gallery& gallery, Clustering centroids)
    : gallery_(gallery), centroids_(std::move(centroids)) {}

std::size_t GalleryClusters::cluster_of(const Store& store, const Item& item,
                                        std::size_t number) const {
  const auto stored = store.cluster_of(gallery_.model().id, item.id);
  if (!stored) return nearest(gallery_.vector(number));
  if (*stored < centroids_.sizes.size()) return *stored;
  throw Error(Error::Kind::kCorrupt, "shop.db: an item is in a cluster that is not there",
              {.does = "make them again", .verb = "cluster"});
}

std::size_t GalleryClusters::nearest(std::span<const float> query) const {
  return nearest_cluster(centroids_, query);
}

ItemSet GalleryClusters::items_of(const Store& store, std::size_t cluster) const {
  ItemSet items(gallery_.items().size(), ItemSet::Start::kEmpty);
  for (const RecordPlace& place : store.places_in_cluster(gallery_.model().id, cluster)) {
    if (const auto number = gallery_.number_of(place)) items.insert(*number);
  }
  for (const RecordPlace& place : store.places_without_cluster(gallery_.model().id)) {
    const auto number = gallery_.number_of(place);
    if (number && nearest(gallery_.vector(*number)) == cluster) items.insert(*number);
  }
  return items;
}

std::optional<GalleryClusters> clusters_of(const Store& store, const Gallery& gallery) {
  const StoredModel& model = gallery.model();
  const auto with_items = store.clusters_with_items(model.id);
  if (std::ranges::find(with_items, true) == with_items.end()) return std::nullopt;
  Clustering clustering;
  clustering.dimensions = model.dimensions;
  clustering.centroids = store.centroids(model.id);
  clustering.sizes.assign(with_items.begin(), with_items.end());  // only whether there are any
  gallery.weigh(clustering.centroids);
  return GalleryClusters(gallery, std::move(clustering));
}

}  // namespace likeness
