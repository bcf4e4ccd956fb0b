// How much each part of a descriptor counts in one answer: `--weight shape=1,colour=2`.
#pragma once

#include <string>
#include <vector>

#include "app/active_latents.hpp"

namespace likeness {

struct PartWeight {
  std::string part;
  double weight = 1.0;
};

// UsageError for anything but NAME=NUMBER,NAME=NUMBER with numbers of at least 0 and each name
// once.
[[nodiscard]] std::vector<PartWeight> read_part_weights(const std::string& list);

// What each number of the model's latents is multiplied by; parts that are not named keep their
// weight. UsageError for a part that the model has not, and if nothing is left to compare.
[[nodiscard]] std::vector<float> number_factors(const std::vector<PartWeight>& weights,
                                                const ShopFiles& files, const StoredModel& model);

// Multiplies each row by the factors.
void multiply_rows(const std::vector<float>& factors, std::vector<float>& rows);

}  // namespace likeness
