// The verb "info": what is in a shop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct Overview {
  std::size_t items = 0;
  std::size_t removed = 0;
  std::vector<StoredPack> packs;
  std::vector<TagSummary> tags;
  std::vector<StoredModel> models;
  std::vector<StoredModel> successors;
  std::optional<SearchSummary> search = {};  // of the active model's latents
  std::uintmax_t disk_bytes = 0;
};
[[nodiscard]] Overview look_at(const ShopFiles& files);
[[nodiscard]] Json to_json(const Overview& overview);

// The network of the active model, or of the one trained last. Error::kNotFound if there is none.
struct ModelNetwork {
  std::string model;
  Network network;
};
[[nodiscard]] ModelNetwork network_of(const ShopFiles& files);
[[nodiscard]] Json to_json(const ModelNetwork& described);

}  // namespace likeness
