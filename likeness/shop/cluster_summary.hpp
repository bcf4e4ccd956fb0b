// What each cluster of a shop is about.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/shop/active_latents.hpp"

namespace likeness {

struct ClusterTag {
  std::string tag;
  std::string value;
  double share = 0.0;  // of the cluster's items
  double lift = 0.0;   // that share over the share of all items
};

struct ClusterSummary {
  std::size_t size = 0;
  std::vector<std::string> central;  // keys of the items nearest to the centroid
  std::vector<ClusterTag> tags;      // most telling first
};

// Of each cluster, in their order.
[[nodiscard]] std::vector<ClusterSummary> summarize(const Store& store, const ActiveLatents& active,
                                                    const Clustering& clustering);
// [{"cluster": its number, "size", "items", "tags"}]
[[nodiscard]] Json to_json(const std::vector<ClusterSummary>& clusters);

}  // namespace likeness
