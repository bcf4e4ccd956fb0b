#include "likeness/neighbours/labels.hpp"

#include <cassert>
#include <map>
#include <utility>

namespace likeness {

std::vector<std::uint32_t> combine_labels(std::span<const std::uint32_t> first,
                                          std::span<const std::uint32_t> second) {
  assert(first.size() == second.size());
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers;
  std::vector<std::uint32_t> combined(first.size(), kNoLabel);
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] == kNoLabel || second[i] == kNoLabel) continue;
    const auto next = static_cast<std::uint32_t>(numbers.size());
    combined[i] = numbers.try_emplace({first[i], second[i]}, next).first->second;
  }
  return combined;
}

}  // namespace likeness
