// The file that an item was packed from, which has more pixels than the pack keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "likeness/catalogue/decode_budget.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// Whether an item's file is there as it was packed.
enum class OriginalState {
  kThere,
  kNone,        // its picture was sent
  kGone,        // there is no such file any more
  kChanged,     // it is another picture's, or this one's after some change
  kUnreadable,  // it is no regular file, too large, or not ours to read
};

struct OriginalFile {
  OriginalState state = OriginalState::kThere;
  std::vector<std::byte> bytes = {};  // where it is there
};

[[nodiscard]] OriginalFile original_file(const Item& item);

// Upright, its longer side of at most `longest` pixels. Nothing if the file is not there, is not
// what was packed, or cannot be read any more.
[[nodiscard]] std::optional<Image> original_picture(const Item& item, std::uint64_t longest,
                                                    MemoryBudget& memory);

}  // namespace likeness
