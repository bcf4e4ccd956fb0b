// What lists of recommendations are like without any labels: whether they show the whole catalogue
// or the same few items again and again, and how much the items of one list differ.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/neighbour.hpp"
#include "likeness/neighbours/relevance.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {

struct ListQuality {
  double coverage = 0.0;  // share of the items that are in at least one list
  // The largest number of lists that one item is in: the largest k-occurrence (Radovanovic,
  // Nanopoulos and Ivanovic, JMLR 2010). With as many lists as items, k is the mean.
  std::size_t hubness = 0;
  // Mean distance of two items of one list, divided by that of two random items of the shop.
  double diversity = 0.0;
};

// Lists of the `length` nearest other items of every item.
[[nodiscard]] std::vector<std::vector<Neighbour>> lists_of_all(
    const Search& search, std::size_t length = 10, std::size_t threads = available_threads());

[[nodiscard]] ListQuality measure_lists(const Space& space, const Relevance& random_pairs,
                                        const std::vector<std::vector<Neighbour>>& lists);

}  // namespace likeness
