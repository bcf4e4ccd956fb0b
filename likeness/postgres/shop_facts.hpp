// What an answer needs of a shop beside its items: what a distance means there, and its clusters.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "likeness/encoder/parts.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct ShopFacts {
  std::vector<float> centroids;        // none: it has no clusters
  std::vector<std::int32_t> clusters;  // those that have items
  std::vector<float> distances;        // see Relevance
  // Of each pair of sample_pairs() its distance by each part: of which that of any weights is made.
  std::vector<float> by_part;
};

// `parts` are the model's, as of model_parts().
[[nodiscard]] ShopFacts facts_of(const Store& store, const Gallery& gallery,
                                 std::span<const Part> parts);

// Floats as a value of the type bytea, least significant byte first.
[[nodiscard]] std::string bytea_of(std::span<const float> values);
// What stands in one, which is read as hostile: Error::kCorrupt for another number of bytes.
[[nodiscard]] std::vector<float> floats_of(const std::string& bytes);

}  // namespace likeness
