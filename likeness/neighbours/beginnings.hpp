// The first centroids of each start of k-means.
//
// Every second start begins with the clusters that k-means finds along the first K - 1 principal
// components: as many directions as K centroids differ by, the first ones being the best that there
// could be (Ding and He, ICML 2004). That ends at less inertia more often than what begins with
// drawn items, and costs less; the other starts see what those directions do not tell.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/neighbours/centred.hpp"
#include "likeness/neighbours/kmeans.hpp"

namespace likeness {

class Beginnings {
 public:
  // The items and the options must outlive this. What is drawn is the same for any number of
  // threads.
  Beginnings(const Centred& items, const KMeansOptions& options);

  // K x D. Throws Error::kUnavailable when stopped.
  [[nodiscard]] std::vector<float> centroids(std::size_t start, std::size_t threads) const;

 private:
  [[nodiscard]] bool is_along_few(std::size_t start) const {
    return !few_.values.empty() && start % 2 == 0;
  }

  const Centred& items_;
  const KMeansOptions& options_;
  Centred few_;                                  // N x (K - 1), or nothing
  std::vector<std::vector<std::size_t>> drawn_;  // K items of each start
};

}  // namespace likeness
