// How many clusters there are, where the user does not say: as many as have the best silhouette.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/rows.hpp"
#include "likeness/neighbours/silhouette.hpp"

namespace likeness {

struct ClusterCountOptions {
  std::size_t least = 2;
  std::size_t most = 30;  // or one less than there are items
  std::size_t sample =
      10'000;                  // of more items so many are clustered by each count, drawn at random
  KMeansOptions k_means = {};  // but for the number of clusters
  SilhouetteOptions silhouette = {};
};

struct ClusterCount {
  Clustering best;  // of all items
  std::size_t least = 2;
  std::vector<double> silhouettes;  // of the sample, with `least` clusters, one more, ...
};

// The fewest clusters where several counts are equally good. Throws Error::kInput for rows that are
// not usable or too few to tell.
[[nodiscard]] ClusterCount choose_cluster_count(const Rows& rows,
                                                const ClusterCountOptions& options);

}  // namespace likeness
