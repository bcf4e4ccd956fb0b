// How a recommendation is answered in JSON.
#pragma once

#include <span>
#include <string>

#include "likeness/base/json.hpp"
#include "likeness/shop/recommend.hpp"

namespace likeness {

// `pictures` are the names of the pictures that are liked beside the items; none: the only one was
// sent with the request.
[[nodiscard]] Json json_of(const RecommendOutcome& outcome, const RecommendRequest& request,
                           bool has_more, std::span<const std::string> pictures);

}  // namespace likeness
