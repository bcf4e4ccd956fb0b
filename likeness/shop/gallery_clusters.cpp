#include "likeness/shop/gallery_clusters.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {

GalleryClusters::GalleryClusters(const Gallery& gallery, Clustering centroids)
    : gallery_(gallery), centroids_(std::move(centroids)) {}

std::size_t GalleryClusters::known(std::size_t cluster) const {
  if (cluster < count()) return cluster;
  throw Error(Error::Kind::kCorrupt, "shop.db: an item is in a cluster that is not there",
              {.does = "make them again", .verb = "cluster"});
}

std::size_t GalleryClusters::cluster_of(const Store& store, const Item& item,
                                        std::size_t number) const {
  const auto stored = store.cluster_of(gallery_.model().id, item.id);
  return stored ? known(*stored) : nearest(gallery_.vector(number));
}

std::vector<std::optional<std::size_t>> GalleryClusters::of_items(
    const Store& store, std::span<const ItemPlace> items) const {
  const StoredClusters stored = store.clusters(gallery_.model().id);
  std::vector<std::optional<std::size_t>> clusters(items.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    while (next < stored.items.size() && stored.items[next] < items[i].item) ++next;
    if (next < stored.items.size() && stored.items[next] == items[i].item) {
      clusters[i] = known(stored.cluster[next]);
    } else if (const auto number = gallery_.number_of(items[i].place)) {
      clusters[i] = nearest(gallery_.vector(*number));
    }
  }
  return clusters;
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
