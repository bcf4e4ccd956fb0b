// How a recommendation is answered in JSON.
#pragma once

#include "likeness/base/json.hpp"
#include "likeness/shop/recommend.hpp"

namespace likeness {

// With a store each result is explained: the tags that it has in common with what is liked.
[[nodiscard]] Json json_of(const RecommendOutcome& outcome, const RecommendRequest& request,
                           bool has_more, const Store* explaining);

}  // namespace likeness
