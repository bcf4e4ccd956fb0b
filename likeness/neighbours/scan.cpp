#include "likeness/neighbours/scan.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

namespace likeness {
namespace {

constexpr std::size_t kScannedItems = 8192;  // items of a task

// The nearest of the items from `first` to `end`, nearest first.
std::vector<Neighbour> nearest_in(const Space& space, std::span<const float> query,
                                  std::size_t first, std::size_t end,
                                  const NearestOptions& options) {
  std::vector<Neighbour> found;
  found.reserve(end - first);
  for (std::size_t item = first; item < end; ++item) {
    if (options.among != nullptr && !options.among->contains(item)) continue;
    found.push_back({.item = item, .distance = space.distance(query.data(), item)});
  }
  const std::size_t wanted = std::min(options.count, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(wanted),
                    found.end());
  found.resize(wanted);
  return found;
}

}  // namespace

std::vector<Neighbour> scan_nearest(const Space& space, std::span<const float> placed_query,
                                    const NearestOptions& options) {
  assert(options.among == nullptr || options.among->size() == space.count());
  const std::size_t chunks = (space.count() + kScannedItems - 1) / kScannedItems;
  std::vector<std::vector<Neighbour>> parts(chunks);
  parallel_for(chunks, options.threads, [&](std::size_t chunk) {
    const std::size_t end = std::min(space.count(), (chunk + 1) * kScannedItems);
    parts[chunk] = nearest_in(space, placed_query, chunk * kScannedItems, end, options);
  });
  std::vector<Neighbour> found;
  for (const auto& part : parts) found.insert(found.end(), part.begin(), part.end());
  std::ranges::sort(found, std::less());
  found.resize(std::min(found.size(), options.count));
  return found;
}

}  // namespace likeness
