// Items put together because they are one, as someone says who knows more of them than their
// vectors: two pictures of the same photograph, for instance.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {

// Of each item the first item of its group; an item that is like no other is a group of its own.
using Groups = std::vector<std::size_t>;

// Those of `others` that are one with the item. Called from several threads at once.
using SameItems =
    std::function<std::vector<std::size_t>(std::size_t item, std::span<const std::size_t> others)>;

struct GroupOptions {
  std::size_t neighbours =
      16;                 // of each item that are asked about; more, where all are one with it
  float distance = 0.0F;  // and only those that are no farther
  std::size_t threads = available_threads();
  std::function<void(std::size_t)> on_progress = [](std::size_t) {};  // so many items more are done
};

// Every item of a group is one with its first: groups do not grow along chains of items of which
// each is nearly the next. The same for any number of threads.
[[nodiscard]] Groups group_same(const Search& search, const GroupOptions& options,
                                const SameItems& same);

}  // namespace likeness
