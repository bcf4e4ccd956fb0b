#include "likeness/shop/request_words.hpp"

namespace likeness {

std::optional<TagFilter> tag_filter_of(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) return std::nullopt;
  return TagFilter{.tag = word.substr(0, equals), .value = word.substr(equals + 1)};
}

std::optional<RecommendRequest::By> by_named(std::string_view name) noexcept {
  if (name == "neighbours") return RecommendRequest::By::kNeighbours;
  if (name == "clusters") return RecommendRequest::By::kClusters;
  return std::nullopt;
}

}  // namespace likeness
