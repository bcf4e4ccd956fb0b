// Words of a request that a command and a route read alike, without a shop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "likeness/shop/recommend.hpp"
#include "likeness/shop/tag_filter.hpp"

namespace likeness {

// "TAG=VALUE", divided at its first "=" until a shop is there to say what is a tag. Nothing if one
// of the two is missing.
[[nodiscard]] std::optional<TagFilter> tag_filter_of(const std::string& word);

// "neighbours" or "clusters"; nothing for other words.
[[nodiscard]] std::optional<RecommendRequest::By> by_named(std::string_view name) noexcept;

}  // namespace likeness
