// The latents that count: those of the shop's active model, with the clusters that were made of
// them. Those of another model are never read, so that they cannot be mixed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "app/shop.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct ActiveLatents {
  StoredModel model;
  StoredLatents latents;

  [[nodiscard]] Rows rows() const { return {latents.values, latents.dimensions}; }
  // The row of an item, by its id; nothing if it has no latent.
  [[nodiscard]] std::optional<std::size_t> row_of(std::int64_t item) const;
};

// Error::kNotFound, with the command that makes them, if there are none.
[[nodiscard]] ActiveLatents active_latents(const Store& store, const ShopFiles& files);

// A line about the items that have no latent yet, and so are in no answer; empty if all have one.
[[nodiscard]] std::string missing_latents(const Store& store, const ShopFiles& files,
                                          const ActiveLatents& active);

// The clusters as `likeness cluster` left them; an item that has come since then is in the cluster
// with the nearest centroid. Inertia and report are not kept. Nothing if none were made.
[[nodiscard]] std::optional<Clustering> stored_clustering(const Store& store,
                                                          const ActiveLatents& active);

}  // namespace likeness
