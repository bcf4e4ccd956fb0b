// The value of one tag for every item, as numbers: what measures of quality compare with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace likeness {

// An item without the tag.
inline constexpr std::uint32_t kNoLabel = std::numeric_limits<std::uint32_t>::max();

// Labels that are equal where both tags are; kNoLabel where either is missing. Numbered from 0 in
// the order in which they first occur.
[[nodiscard]] std::vector<std::uint32_t> combine_labels(std::span<const std::uint32_t> first,
                                                        std::span<const std::uint32_t> second);

}  // namespace likeness
