// One picture of what was asked for and what looks like it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "likeness/shop/recommend.hpp"

namespace likeness {

inline constexpr std::size_t kMostStripResults = 200;

// Pictures come from their files, if these are still as they were packed, else from the pack.
void draw_strip(const RecommendQuery& query, const Store& store, std::span<const Item> liked,
                std::span<const ShownItem> results, const std::filesystem::path& file);

}  // namespace likeness
