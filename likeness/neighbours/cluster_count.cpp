#include "likeness/neighbours/cluster_count.hpp"

#include <algorithm>
#include <cassert>
#include <string>

#include "likeness/base/error.hpp"

namespace likeness {

ClusterCount choose_cluster_count(const Rows& rows, const ClusterCountOptions& options) {
  assert(options.least >= 2 && options.least <= options.most);
  if (rows.count() <= options.least) {
    throw Error(Error::Kind::kInput, "clusters: " + std::to_string(rows.count()) +
                                         " items are too few to find a number of clusters; "
                                         "name one");
  }
  const Silhouette silhouette(rows, options.silhouette);
  ClusterCount result;
  result.least = options.least;
  double best = -2.0;  // below every silhouette
  for (std::size_t k = options.least; k <= std::min(options.most, rows.count() - 1); ++k) {
    KMeansOptions with_k = options.k_means;
    with_k.clusters = k;
    auto clustering = k_means(rows, with_k);
    result.silhouettes.push_back(silhouette.of(clustering.clusters));
    if (result.silhouettes.back() <= best) continue;
    best = result.silhouettes.back();
    result.best = std::move(clustering);
  }
  return result;
}

}  // namespace likeness
