// The latents that count: those of the shop's active model, with the clusters that were made of
// them. Those of another model are never read, so that they cannot be mixed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "likeness/base/work.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/rows.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct ActiveLatents {
  StoredModel model;
  StoredLatents latents;

  [[nodiscard]] Rows rows() const { return {latents.values, latents.dimensions}; }
  // The row of an item, by its id; nothing if it has no latent.
  [[nodiscard]] std::optional<std::size_t> row_of(std::int64_t item) const;
};

// The model whose latents count. Error::kNotFound if there is none, or it has none.
[[nodiscard]] StoredModel require_active_model(const Store& store);

// Errors as of require_active_model() and own_latents().
[[nodiscard]] ActiveLatents active_latents(const Store& store, const ShopFiles& files);

// Tells how many items have no latent yet, and so are in no answer, if there are any; `known` have
// one.
void say_what_has_no_latent(const Store& store, const StoredModel& model, std::size_t known,
                            const Work& work);

// The clusters as `likeness cluster` left them; an item that has come since then is in the cluster
// with the nearest centroid. Inertia and report are not kept. Nothing if none were made.
[[nodiscard]] std::optional<Clustering> stored_clustering(const Store& store,
                                                          const ActiveLatents& active);

}  // namespace likeness
