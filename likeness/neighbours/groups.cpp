#include "likeness/neighbours/groups.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace likeness {
namespace {

constexpr std::size_t kBatch = 1024;         // queries of one search
constexpr std::size_t kFirstNeighbours = 8;  // asked for first; more where all of them are near

// Follows the links to the first item of the group, and shortens the way for the next time.
std::size_t root_of(Groups& links, std::size_t item) {
  while (links[item] != item) {
    links[item] = links[links[item]];
    item = links[item];
  }
  return item;
}

// The group's earlier item stays its root.
void join(Groups& links, std::size_t a, std::size_t b) {
  a = root_of(links, a);
  b = root_of(links, b);
  links[std::max(a, b)] = std::min(a, b);
}

Groups settled(Groups links) {
  for (std::size_t i = 0; i < links.size(); ++i) links[i] = root_of(links, i);
  return links;
}

Groups alone(std::size_t items) {
  Groups links(items);
  std::iota(links.begin(), links.end(), std::size_t{0});
  return links;
}

// Joins each item with all that are near it, and returns the items that may have more such.
std::vector<std::size_t> join_near(const Search& search, std::span<const std::size_t> items,
                                   float distance, const NearestOptions& options, Groups& links) {
  std::vector<float> queries;
  for (const std::size_t item : items) {
    const auto row = search.space().rows().row(item);
    queries.insert(queries.end(), row.begin(), row.end());
  }
  const auto found = search.nearest(Rows(queries, search.space().dimensions()), options);
  std::vector<std::size_t> unfinished;
  for (std::size_t q = 0; q < items.size(); ++q) {
    for (const auto& near : found[q]) {
      if (near.distance <= distance) join(links, items[q], near.item);
    }
    if (found[q].size() == options.count && found[q].back().distance <= distance) {
      unfinished.push_back(items[q]);
    }
  }
  return unfinished;
}

}  // namespace

Groups connect(std::size_t items, const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  Groups links = alone(items);
  for (const auto& [a, b] : pairs) {
    assert(a < items && b < items);
    join(links, a, b);
  }
  return settled(std::move(links));
}

Groups group_within(const Search& search, float distance, std::size_t threads) {
  const std::size_t count = search.space().count();
  Groups links = alone(count);
  std::vector<std::size_t> waiting = links;
  for (std::size_t asked = kFirstNeighbours; !waiting.empty(); asked *= 4) {
    const NearestOptions options{.count = std::min(asked, count), .threads = threads};
    std::vector<std::size_t> next;
    for (std::size_t first = 0; first < waiting.size(); first += kBatch) {
      const auto batch =
          std::span(waiting).subspan(first, std::min(kBatch, waiting.size() - first));
      const auto unfinished = join_near(search, batch, distance, options, links);
      next.insert(next.end(), unfinished.begin(), unfinished.end());
    }
    if (asked >= count) break;
    waiting = std::move(next);
  }
  return settled(std::move(links));
}

}  // namespace likeness
