// The verb "embed": gives every item that has none its latent, and makes the model active when all
// have one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct EmbedRequest {
  ShopFiles files;
  std::optional<std::string> model;  // none: the one trained last
};

struct EmbedOutcome {
  std::string model;
  std::size_t embedded = 0;
  std::size_t kept = 0;  // latents that were there before
  std::size_t dimensions = 0;
  double images_per_second = 0.0;
  double seconds = 0.0;
};

// Writes down what it has made as it goes: killed or stopped, it goes on from there the next time.
[[nodiscard]] EmbedOutcome embed(const EmbedRequest& request, const Work& work);

[[nodiscard]] Json to_json(const EmbedOutcome& outcome);

}  // namespace likeness
