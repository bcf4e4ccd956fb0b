// How much each part of a descriptor counts in one answer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/encoder/parts.hpp"
#include "likeness/shop/active_latents.hpp"

namespace likeness {

struct PartWeight {
  std::string part;
  double weight = 1.0;
};

// Each name once.
[[nodiscard]] std::vector<std::string> part_names(std::span<const Part> parts);

// "shape=1,colour=2". RequestError for what is no such list.
[[nodiscard]] std::vector<PartWeight> read_part_weights(std::string_view list);

// What each number of the model's latents is multiplied by; parts that are not named keep their
// weight. RequestError for a part that the model has not, a name that stands twice, a weight below
// 0 or above 1000, and if nothing is left to compare.
[[nodiscard]] std::vector<float> number_factors(const std::vector<PartWeight>& weights,
                                                const ShopFiles& files, const StoredModel& model);
// The same of a model that has these parts.
[[nodiscard]] std::vector<float> number_factors(const std::vector<PartWeight>& weights,
                                                const std::vector<Part>& parts,
                                                const std::string& model);

// Multiplies each row by the factors.
void multiply_rows(const std::vector<float>& factors, std::vector<float>& rows);

}  // namespace likeness
