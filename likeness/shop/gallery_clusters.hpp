// The clusters of what is searched, as `cluster` left them; an item that has come since then is in
// the cluster with the nearest centroid. It reads no more than it is asked for, and any number of
// threads may ask it, each with its own store.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/shop/gallery.hpp"

namespace likeness {

class GalleryClusters {
 public:
  // The gallery must outlive it; each store is of the gallery's snapshot.
  GalleryClusters(const Gallery& gallery, Clustering centroids);

  [[nodiscard]] std::size_t count() const noexcept { return centroids_.sizes.size(); }
  // Error::kCorrupt for an item in a cluster that is not there.
  [[nodiscard]] std::size_t cluster_of(const Store& store, const Item& item,
                                       std::size_t number) const;
  // Of each, by id; nothing for one without a latent. Error::kCorrupt as of cluster_of().
  [[nodiscard]] std::vector<std::optional<std::size_t>> of_items(
      const Store& store, std::span<const ItemPlace> items) const;
  // `query` is weighted as the gallery's latents are.
  [[nodiscard]] std::size_t nearest(std::span<const float> query) const;
  [[nodiscard]] ItemSet items_of(const Store& store, std::size_t cluster) const;

 private:
  // Error::kCorrupt for one that is not there.
  [[nodiscard]] std::size_t known(std::size_t cluster) const;

  const Gallery& gallery_;
  Clustering centroids_;  // without items
};

// Nothing if none were made.
[[nodiscard]] std::optional<GalleryClusters> clusters_of(const Store& store,
                                                         const Gallery& gallery);

}  // namespace likeness
