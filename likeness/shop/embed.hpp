// The verb "embed": gives every item that has none its latent, makes the model active when all have
// one, and builds the graphs that the latents of a large shop are searched by.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/shop/originals.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct EmbedRequest {
  ShopFiles files;
  std::optional<std::string> model;       // none: the one trained last
  std::optional<IndexChoice> index = {};  // none: as the shop has it
};

struct EmbedOutcome {
  std::string model;
  std::size_t embedded = 0;
  std::size_t kept = 0;  // latents that were there before
  std::size_t dimensions = 0;
  std::size_t graphs = 0;  // built
  double images_per_second = 0.0;
  double seconds = 0.0;
  std::optional<OriginalsReport> originals = {};  // by a model that looks at them
};

// Writes down what it has made as it goes: killed or stopped, it goes on from there the next time.
[[nodiscard]] EmbedOutcome embed(const EmbedRequest& request, const Work& work);

[[nodiscard]] Json to_json(const EmbedOutcome& outcome);

}  // namespace likeness
