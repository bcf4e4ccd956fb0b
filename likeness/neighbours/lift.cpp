#include "likeness/neighbours/lift.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <map>

namespace likeness {
namespace {

struct Counted {
  std::size_t items = 0;
  std::map<std::uint32_t, std::size_t> labels;  // how many items have each

  void add(std::uint32_t label) {
    ++items;
    if (label != kNoLabel) ++labels[label];
  }
};

std::vector<LiftedLabel> lifted_in(const Counted& cluster, const Counted& all,
                                   const LiftOptions& options) {
  std::vector<LiftedLabel> lifted;
  for (const auto& [label, count] : cluster.labels) {
    const double share = static_cast<double>(count) / static_cast<double>(cluster.items);
    const double share_of_all =
        static_cast<double>(all.labels.at(label)) / static_cast<double>(all.items);
    const double lift = share / share_of_all;
    if (count < options.least_items || share < options.least_share || lift <= 1.0) continue;
    lifted.push_back({.label = label, .share = share, .lift = lift});
  }
  std::ranges::stable_sort(lifted, std::greater(), weight_of);
  return lifted;
}

}  // namespace

double weight_of(const LiftedLabel& lifted) { return lifted.share * std::log(lifted.lift); }

std::vector<std::vector<LiftedLabel>> lifted_labels(std::span<const std::uint32_t> cluster_of,
                                                    std::size_t clusters,
                                                    std::span<const std::uint32_t> labels,
                                                    const LiftOptions& options) {
  assert(cluster_of.size() == labels.size());
  Counted all;
  std::vector<Counted> counted(clusters);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    all.add(labels[i]);
    counted[cluster_of[i]].add(labels[i]);
  }
  std::vector<std::vector<LiftedLabel>> lifted;
  lifted.reserve(clusters);
  for (const Counted& cluster : counted) lifted.push_back(lifted_in(cluster, all, options));
  return lifted;
}

}  // namespace likeness
