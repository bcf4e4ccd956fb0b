#include "likeness/neighbours/cluster_count.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/neighbours/sample.hpp"

namespace likeness {

namespace {

ClusterCount try_counts(const Rows& rows, const ClusterCountOptions& options) {
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

std::vector<float> sampled(const Rows& rows, const ClusterCountOptions& options) {
  Random random(options.k_means.seed);
  std::vector<float> values;
  values.reserve(options.sample * rows.dimensions());
  for (const std::size_t i : sample_of(rows.count(), options.sample, random)) {
    const auto row = rows.row(i);
    values.insert(values.end(), row.begin(), row.end());
  }
  return values;
}

}  // namespace

ClusterCount choose_cluster_count(const Rows& rows, const ClusterCountOptions& options) {
  assert(options.least >= 2 && options.least <= options.most);
  if (rows.count() <= options.least) {
    throw Error(Error::Kind::kInput, "clusters: " + std::to_string(rows.count()) +
                                         " items are too few to find a number of clusters; "
                                         "name one");
  }
  if (rows.count() <= options.sample) return try_counts(rows, options);
  const std::vector<float> values = sampled(rows, options);
  ClusterCount result = try_counts(Rows(values, rows.dimensions()), options);
  KMeansOptions with_best = options.k_means;
  with_best.clusters = result.best.sizes.size();
  result.best = k_means(rows, with_best);
  return result;
}

}  // namespace likeness
