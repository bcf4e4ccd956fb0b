#include "likeness/neighbours/mutual.hpp"

#include <algorithm>
#include <span>

#include "likeness/neighbours/search.hpp"

namespace likeness {
namespace {

bool contains(std::span<const Neighbour> nearest, std::size_t item) {
  return std::ranges::find(nearest, item, &Neighbour::item) != nearest.end();
}

}  // namespace

std::vector<std::size_t> mutual_neighbours(const Rows& rows, std::size_t count,
                                           std::size_t threads) {
  std::vector<std::size_t> neighbours;
  if (count == 0) return neighbours;
  neighbours.reserve(rows.count() * count);
  const Search search(rows, {.method = SearchOptions::Method::kExact, .threads = threads});
  const auto nearest = search.nearest(rows, {.count = 2 * count + 1, .threads = threads});
  for (std::size_t i = 0; i < rows.count(); ++i) {
    for (const Neighbour& neighbour : nearest[i]) {
      if (neighbour.item == i) continue;
      if (neighbours.size() == (i + 1) * count) break;
      neighbours.push_back(contains(nearest[neighbour.item], i) ? neighbour.item : i);
    }
    neighbours.resize((i + 1) * count, i);  // of fewer rows than are asked for
  }
  return neighbours;
}

}  // namespace likeness
