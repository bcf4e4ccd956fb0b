// Which items an evaluation looks at, and what they should be recommended for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "likeness/evaluation/evaluation.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// Error::kNotFound for a tag that the shop does not have, Error::kInput for one that cannot be
// measured against: fewer than two items have it, all have the same value, or no two have the same.
[[nodiscard]] EvaluatedItems evaluated_items(const Shop& shop, const EvaluateRequest& request);

// The same of what was found elsewhere: of each tag of `by` a value for each place, empty where the
// item does not have it. Error::kInput as above.
[[nodiscard]] EvaluatedItems evaluated_items(std::vector<std::size_t> places,
                                             const std::vector<std::string>& by,
                                             const std::vector<std::vector<std::string>>& values);

}  // namespace likeness
