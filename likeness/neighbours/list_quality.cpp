#include "likeness/neighbours/list_quality.hpp"

#include <algorithm>
#include <numeric>

namespace likeness {
namespace {

constexpr std::size_t kQueriesOfLists = 1024;  // queries of one search

// Sum and number of the distances between the items of one list.
std::pair<double, std::size_t> distances_within(const Space& space,
                                                const std::vector<Neighbour>& list) {
  double sum = 0.0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    for (std::size_t j = i + 1; j < list.size(); ++j) {
      sum += space.distance_between(list[i].item, list[j].item);
    }
  }
  return {sum, list.size() * (list.size() - std::min<std::size_t>(1, list.size())) / 2};
}

double mean_of(const std::vector<float>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

}  // namespace

std::vector<std::vector<Neighbour>> lists_of_all(const Search& search, std::size_t length,
                                                 std::size_t threads) {
  const Rows& rows = search.space().rows();
  std::vector<std::vector<Neighbour>> lists;
  lists.reserve(rows.count());
  for (std::size_t first = 0; first < rows.count(); first += kQueriesOfLists) {
    const std::size_t count = std::min(kQueriesOfLists, rows.count() - first);
    const Rows batch(rows.values().subspan(first * rows.dimensions(), count * rows.dimensions()),
                     rows.dimensions());
    for (auto& list : search.nearest(batch, {.count = length + 1, .threads = threads})) {
      const std::size_t own = lists.size();
      std::erase_if(list, [&](const Neighbour& near) { return near.item == own; });
      list.resize(std::min(list.size(), length));
      lists.push_back(std::move(list));
    }
  }
  return lists;
}

ListQuality measure_lists(const Space& space, const Relevance& random_pairs,
                          const std::vector<std::vector<Neighbour>>& lists) {
  ListQuality quality;
  std::vector<std::size_t> occurrences(space.count());
  double sum = 0.0;
  std::size_t pairs = 0;
  for (const auto& list : lists) {
    for (const auto& near : list) ++occurrences[near.item];
    const auto [list_sum, list_pairs] = distances_within(space, list);
    sum += list_sum;
    pairs += list_pairs;
  }
  if (occurrences.empty()) return quality;
  quality.hubness = *std::ranges::max_element(occurrences);
  const auto shown =
      std::ranges::count_if(occurrences, [](std::size_t times) { return times > 0; });
  quality.coverage = static_cast<double>(shown) / static_cast<double>(occurrences.size());
  const double random_mean = mean_of(random_pairs.distances);
  if (pairs > 0 && random_mean > 0.0) {
    quality.diversity = sum / static_cast<double>(pairs) / random_mean;
  }
  return quality;
}

}  // namespace likeness
