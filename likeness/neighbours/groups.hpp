// Items put together because they are one, as someone says who knows more of them than their
// vectors: two pictures of the same photograph, for instance.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

// Of each item the first item of its group; an item that is like no other is a group of its own.
using Groups = std::vector<std::size_t>;

// The first of `others` that is one with the item, if any is. Called from several threads at once.
using SameItem = std::function<std::optional<std::size_t>(std::size_t item,
                                                          std::span<const std::size_t> others)>;

struct GroupOptions {
  std::size_t neighbours = 16;  // so many of the groups' firsts are asked about, of each item
  float distance = 0.0F;        // and only those that are no farther
  std::size_t threads = available_threads();
  std::function<void(std::size_t)> on_progress = [](std::size_t) {};  // so many items more are done
};

// Item by item: each joins the group of the nearest first that it is one with, or begins a group.
// So every item of a group is one with its first, groups do not grow along chains of items of which
// each is nearly the next, and many items that are one cost no more than others. The same for any
// number of threads.
[[nodiscard]] Groups group_same(const Rows& rows, const GroupOptions& options,
                                const SameItem& same);

}  // namespace likeness
