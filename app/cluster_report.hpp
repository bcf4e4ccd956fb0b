// What `likeness cluster` tells of the clusters it made.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/active_latents.hpp"
#include "app/text.hpp"
#include "likeness/base/json.hpp"
#include "likeness/neighbours/kmeans.hpp"

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

// What each cluster of the shop is about.
[[nodiscard]] std::vector<ClusterSummary> summarize(const Store& store, const ActiveLatents& active,
                                                    const Clustering& clustering);

struct ClusterOutcome {
  std::string model;
  std::size_t items = 0;
  std::vector<ClusterSummary> clusters;
  double inertia = 0.0;
  double silhouette = 0.0;
  // With --clusters auto: of 2 clusters, 3, ...
  std::vector<double> silhouettes;
  double seconds = 0.0;
};

[[nodiscard]] Text to_text(const ClusterOutcome& outcome);
[[nodiscard]] Json to_json(const ClusterOutcome& outcome);

}  // namespace likeness
