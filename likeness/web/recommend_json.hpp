// What is asked of a recommendation in JSON, and how it is answered.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/recommend.hpp"

namespace likeness {

enum class Explained { kNo, kYes };

struct RecommendWish {
  RecommendRequest request;                              // its query without the pictures
  std::vector<std::pair<std::string, double>> pictures;  // names of kept ones, and their weights
  Explained explained = Explained::kNo;
};

// HttpProblem 400, naming the member, for one that is unknown, of another type or out of range.
[[nodiscard]] RecommendWish wish_of(const Json& body);

[[nodiscard]] RecommendRequest::By by_named(const std::string& name);

// With a store each result is explained: the tags that it has in common with what is liked.
[[nodiscard]] Json json_of(const RecommendOutcome& outcome, const RecommendRequest& request,
                           bool has_more, const Store* explaining);

}  // namespace likeness
