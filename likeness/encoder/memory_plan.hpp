// Where buffers lie within one block of memory, so that those never in use together share it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace likeness {

struct Lifetime {
  std::size_t bytes = 0;
  std::size_t first = 0;  // in steps, both ends included
  std::size_t last = 0;
};

struct MemoryPlan {
  std::vector<std::size_t> offsets;  // each a multiple of a cache line
  std::size_t bytes = 0;             // of the whole block
};

// Largest buffer first, each at the lowest place that is free during its life ("greedy by size",
// Pisarchyk and Lee 2020).
[[nodiscard]] MemoryPlan plan_memory(std::span<const Lifetime> lifetimes);

}  // namespace likeness
