// Which items an evaluation looks at, and what they should be recommended for.
#pragma once

#include "likeness/evaluation/evaluation.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// Error::kNotFound for a tag that the shop does not have, Error::kInput for one that cannot be
// measured against: fewer than two items have it, all have the same value, or no two have the same.
[[nodiscard]] EvaluatedItems evaluated_items(const Shop& shop, const EvaluateRequest& request);

}  // namespace likeness
