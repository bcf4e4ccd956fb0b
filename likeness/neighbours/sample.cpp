#include "likeness/neighbours/sample.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>

namespace likeness {

// Floyd's method (Bentley and Floyd, CACM 1987): memory for what is drawn, not for all.
std::vector<std::size_t> sample_of(std::size_t count, std::size_t wanted, Random& random) {
  if (wanted >= count) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }
  std::unordered_set<std::size_t> drawn;
  for (std::size_t last = count - wanted; last < count; ++last) {
    const std::size_t number = random.below(last + 1);
    drawn.insert(drawn.contains(number) ? last : number);
  }
  std::vector<std::size_t> sample(drawn.begin(), drawn.end());
  std::ranges::sort(sample);
  return sample;
}

}  // namespace likeness
