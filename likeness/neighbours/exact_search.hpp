// Exact search: the truth that the approximate search is measured by, and the faster one below
// some 200,000 items.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/candidates.hpp"
#include "likeness/neighbours/codes.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/neighbour.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct NearestOptions {
  std::size_t count = 10;          // how many neighbours of each query
  const ItemSet* among = nullptr;  // only these items; all where null
  std::size_t threads = available_threads();
};

// One of several that are asked together, each in its own way.
struct NearestQuery {
  std::span<const float> vector;
  NearestOptions options = {};
};

class ExactSearch {
 public:
  // The space must outlive the search.
  ExactSearch(const Space& space, std::size_t threads);
  // By codes that are there already, made of the space's rows; they must outlive the search, too.
  ExactSearch(const Space& space, const CodesView& codes);

  // For each query the options.count nearest items, or all there are where there are fewer: nearest
  // first, the earlier item where two are equally near. The same for any number of threads and
  // whether a query comes alone or among others. Throws Error::kInput for a query that is not
  // finite.
  [[nodiscard]] std::vector<std::vector<Neighbour>> nearest(const Rows& queries,
                                                            const NearestOptions& options) const;
  // The same for queries with options of their own, by one thread in one pass over the codes.
  [[nodiscard]] std::vector<std::vector<Neighbour>> nearest_of_each(
      std::span<const NearestQuery> queries) const;

 private:
  [[nodiscard]] Candidates candidates_of(std::span<const float> placed_query,
                                         const NearestOptions& options) const;
  [[nodiscard]] std::vector<std::vector<Neighbour>> best_in(BlockRange range,
                                                            std::span<Candidates> candidates) const;
  [[nodiscard]] std::vector<Neighbour> nearest_of_one(std::span<const float> query,
                                                      const NearestOptions& options) const;
  [[nodiscard]] std::vector<std::vector<Neighbour>> nearest_in(const Rows& queries,
                                                               BlockRange range,
                                                               const NearestOptions& options) const;

  const Space* space_;
  std::unique_ptr<const Codes> own_;  // on the heap, as codes_ points to it
  CodesView codes_;
};

}  // namespace likeness
