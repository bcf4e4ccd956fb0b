#include "likeness/shop/cluster_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "likeness/base/words.hpp"
#include "likeness/neighbours/lift.hpp"

namespace likeness {
namespace {

constexpr std::size_t kCentral = 5;
constexpr std::size_t kTags = 5;

// A tag's values as numbers, for each row of the latents.
struct TagLabels {
  std::vector<std::uint32_t> labels;
  std::vector<std::string> values;  // that the numbers stand for
};

TagLabels labels_of(const Store& store, const std::string& tag, const ActiveLatents& active) {
  const auto column = store.tag_column(tag);
  TagLabels found{.labels = std::vector<std::uint32_t>(active.latents.items.size(), kNoLabel),
                  .values = {}};
  std::map<std::string_view, std::uint32_t> numbers;
  for (std::size_t i = 0; i < column.items.size(); ++i) {
    const auto row = active.row_of(column.items[i]);
    if (!row) continue;
    const auto next = static_cast<std::uint32_t>(found.values.size());
    const auto [number, is_new] = numbers.try_emplace(column.values[i], next);
    if (is_new) found.values.push_back(column.values[i]);
    found.labels[*row] = number->second;
  }
  return found;
}

double weight(const ClusterTag& tag) {
  return weight_of({.label = 0, .share = tag.share, .lift = tag.lift});
}

void add_tag(const Store& store, const std::string& tag, const ActiveLatents& active,
             const Clustering& clustering, std::vector<ClusterSummary>& clusters) {
  const TagLabels tagged = labels_of(store, tag, active);
  const auto lifted = lifted_labels(clustering.clusters, clusters.size(), tagged.labels);
  for (std::size_t k = 0; k < clusters.size(); ++k) {
    for (const auto& [label, share, lift] : lifted[k]) {
      clusters[k].tags.push_back(
          {.tag = tag, .value = tagged.values[label], .share = share, .lift = lift});
    }
  }
}

std::string key_of(const Store& store, std::int64_t item) {
  const auto found = store.find_item(item);
  return found ? found->key : "";
}

}  // namespace

std::vector<ClusterSummary> summarize(const Store& store, const ActiveLatents& active,
                                      const Clustering& clustering) {
  std::vector<ClusterSummary> clusters(clustering.sizes.size());
  const auto central = central_items(active.rows(), clustering, kCentral);
  for (std::size_t k = 0; k < clusters.size(); ++k) {
    clusters[k].size = clustering.sizes[k];
    for (const std::size_t row : central[k]) {
      clusters[k].central.push_back(key_of(store, active.latents.items[row]));
    }
  }
  for (const std::string& tag : store.tag_names()) {
    add_tag(store, tag, active, clustering, clusters);
  }
  for (ClusterSummary& cluster : clusters) {
    std::ranges::stable_sort(cluster.tags, std::greater(), weight);
    if (cluster.tags.size() > kTags) cluster.tags.resize(kTags);
  }
  return clusters;
}

Json to_json(const std::vector<ClusterSummary>& clusters) {
  Json::Array all;
  for (std::size_t k = 0; k < clusters.size(); ++k) {
    const ClusterSummary& summary = clusters[k];
    Json::Array items(summary.central.begin(), summary.central.end());
    Json::Array tags;
    for (const auto& [tag, value, share, lift] : summary.tags) {
      tags.emplace_back(
          Json::Object{{"tag", tag}, {"value", value}, {"share", share}, {"lift", lift}});
    }
    all.emplace_back(Json::Object{{"cluster", k},
                                  {"size", summary.size},
                                  {"items", std::move(items)},
                                  {"tags", std::move(tags)}});
  }
  return all;
}

}  // namespace likeness
