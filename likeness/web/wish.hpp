// What is asked of a recommendation in JSON.
#pragma once

#include <string>
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

[[nodiscard]] RecommendRequest::By asked_by(const std::string& name);

}  // namespace likeness
