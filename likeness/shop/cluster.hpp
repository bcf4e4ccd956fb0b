// The verb "cluster": groups of items that look alike, kept in the shop beside the latents that
// they were made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/base/work.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/shop/cluster_summary.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

struct ClusterRequest {
  ShopFiles files;
  // kUsual: KMeansOptions::clusters, or as many as there are items; kGiven: `clusters` of them;
  // kBySilhouette: as many of 2 to 30 as have the best silhouette.
  enum class Count { kUsual, kGiven, kBySilhouette };
  Count count = Count::kUsual;
  std::uint64_t clusters = 0;
  std::uint64_t seed = KMeansOptions{}.seed;
};

struct ClusterOutcome {
  std::string model;
  std::size_t items = 0;
  std::vector<ClusterSummary> clusters;
  double inertia = 0.0;
  double silhouette = 0.0;
  std::vector<double> silhouettes;  // kBySilhouette: of 2 clusters, 3, ...
  double seconds = 0.0;
};

// The clusters change in one transaction, or not at all. Error::kNotFound if there are no latents.
[[nodiscard]] ClusterOutcome cluster(const ClusterRequest& request, const Work& work);

[[nodiscard]] Json to_json(const ClusterOutcome& outcome);

}  // namespace likeness
