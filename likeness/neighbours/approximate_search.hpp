// Approximate search for large catalogues: a navigable small world graph (Malkov and Yashunin,
// TPAMI 2018) of the library hnswlib. It finds nearly all of the nearest, far faster than reading
// every item.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

struct GraphOptions {
  std::size_t links = 16;           // of an item in the graph; twice as many on its lowest level
  std::size_t build_breadth = 200;  // candidates looked at when an item is linked
  std::uint64_t seed = 1;           // of the levels that items are drawn to
  std::size_t threads = available_threads();
};

// The items are dealt out to a few graphs, each built by one thread from first item to last: so the
// same seed builds the same graphs for any number of threads. One graph built by many threads would
// depend on which was faster.
class ApproximateSearch {
 public:
  static constexpr std::size_t kGraphs = 2;

  // The space must outlive the search. Throws Error::kUnavailable where memory is too short.
  ApproximateSearch(const Space& space, const GraphOptions& options);
  ~ApproximateSearch();
  ApproximateSearch(ApproximateSearch&&) noexcept;
  ApproximateSearch& operator=(ApproximateSearch&&) noexcept;
  ApproximateSearch(const ApproximateSearch&) = delete;
  ApproximateSearch& operator=(const ApproximateSearch&) = delete;

  // About the `count` nearest items to a query that the space has placed, nearest first, at exactly
  // the distances that the exact search gives. `breadth` candidates are looked at in each graph:
  // more find more of the nearest. May return fewer than asked for. Safe to call from many threads.
  [[nodiscard]] std::vector<Neighbour> nearest(std::span<const float> placed_query,
                                               std::size_t count, std::size_t breadth) const;

 private:
  struct Graphs;

  const Space* space_;
  std::unique_ptr<Graphs> graphs_;
};

}  // namespace likeness
