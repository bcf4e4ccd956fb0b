#include "likeness/encoder/memory_plan.hpp"

#include <algorithm>
#include <numeric>

namespace likeness {
namespace {

constexpr std::size_t kLine = 64;

bool overlap(const Lifetime& a, const Lifetime& b) {
  return a.first <= b.last && b.first <= a.last;
}

}  // namespace

MemoryPlan plan_memory(std::span<const Lifetime> lifetimes) {
  MemoryPlan plan{.offsets = std::vector<std::size_t>(lifetimes.size()), .bytes = 0};
  std::vector<std::size_t> order(lifetimes.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return lifetimes[a].bytes > lifetimes[b].bytes; });
  std::vector<std::size_t> placed;  // by offset
  for (const auto buffer : order) {
    const std::size_t bytes = (lifetimes[buffer].bytes + kLine - 1) / kLine * kLine;
    std::size_t offset = 0;
    for (const auto other : placed) {
      if (!overlap(lifetimes[buffer], lifetimes[other])) continue;
      if (offset + bytes <= plan.offsets[other]) break;
      const std::size_t end = plan.offsets[other] + lifetimes[other].bytes;
      offset = std::max(offset, (end + kLine - 1) / kLine * kLine);
    }
    plan.offsets[buffer] = offset;
    plan.bytes = std::max(plan.bytes, offset + bytes);
    placed.insert(std::ranges::upper_bound(placed, buffer,
                                           [&](std::size_t a, std::size_t b) {
                                             return plan.offsets[a] < plan.offsets[b];
                                           }),
                  buffer);
  }
  return plan;
}

}  // namespace likeness
