// What is asked of a recommendation in JSON, and how it is answered.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/recommend.hpp"

namespace likeness {

struct RecommendWish {
  RecommendRequest request;                              // its query without the pictures
  std::vector<std::pair<std::string, double>> pictures;  // names of kept ones, and their weights
};

// HttpProblem 400, naming the member, for one that is unknown, of another type or out of range.
[[nodiscard]] RecommendWish wish_of(const Json& body);

[[nodiscard]] RecommendRequest::By by_named(const std::string& name);

// `pictures` are the names of the pictures that are liked beside the items; none: the only one was
// sent with the request.
[[nodiscard]] Json json_of(const RecommendOutcome& outcome, const RecommendRequest& request,
                           bool has_more, std::span<const std::string> pictures);

}  // namespace likeness
