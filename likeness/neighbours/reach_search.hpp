// Which items are no farther from another than a reach, asked of very many of which few have any.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/neighbours/codes.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/exact_search.hpp"
#include "likeness/neighbours/neighbour.hpp"
#include "likeness/neighbours/pca.hpp"

namespace likeness {

// Exact. Two items are at least as far apart as along the few directions in which all differ most:
// only codes along those are compared, and hardly any pair passes.
class ReachSearch {
 public:
  // The space must outlive the search; `reach` is a distance under its metric.
  ReachSearch(const Space& space, float reach, std::size_t threads);

  // For each of `count` items from `first` on those of options.among, or of all where null, that
  // are within reach, the options.count nearest where there are more: nearest first, the earlier
  // item where two are equally near. The same for any number of threads.
  [[nodiscard]] std::vector<std::vector<Neighbour>> nearest(std::size_t first, std::size_t count,
                                                            const NearestOptions& options) const;

 private:
  const Space* space_;
  float reach_;
  Pca directions_;
  float rounding_ = 0.0F;  // how far a projection may be off, in distance
  Codes codes_;
};

}  // namespace likeness
