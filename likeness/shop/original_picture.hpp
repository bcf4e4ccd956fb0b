// The file that an item was packed from, which has more pixels than the pack keeps.
#pragma once

#include <cstdint>
#include <optional>

#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// Upright, its longer side of at most `longest` pixels. Nothing if the file is not there, is not
// what was packed, or cannot be read any more.
[[nodiscard]] std::optional<Image> original_picture(const Item& item, std::uint64_t longest,
                                                    MemoryBudget& memory);

}  // namespace likeness
