// likeness cluster SHOP: groups of items that look alike, kept in the shop beside the latents that
// they were made of. They change in one transaction, or not at all.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "app/cluster_report.hpp"
#include "app/commands.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/neighbours/cluster_count.hpp"

namespace likeness {
namespace {

constexpr std::uint64_t kMostClusters = 10'000;

struct ClusterArguments {
  ShopFiles files;
  std::optional<std::string> clusters;
  std::uint64_t seed = KMeansOptions{}.seed;
};

// Nothing: as many as the silhouette says.
std::optional<std::size_t> count_of(const ClusterArguments& arguments, std::size_t items) {
  if (!arguments.clusters) return std::min(KMeansOptions{}.clusters, items);
  if (*arguments.clusters == "auto") return std::nullopt;
  std::uint64_t count = 0;
  try {
    read_value(*arguments.clusters, count);
  } catch (const UsageError&) {
    throw UsageError("--clusters " + *arguments.clusters + " is unknown: give a number or auto");
  }
  if (count >= 1 && count <= kMostClusters) return count;
  throw UsageError(fmt::format("--clusters {} is out of range: give a number from 1 to {}, or auto",
                               count, kMostClusters));
}

struct Found {
  Clustering clustering;
  double silhouette = 0.0;
  std::vector<double> silhouettes;
};

Found find_clusters(const Rows& rows, std::optional<std::size_t> count, std::uint64_t seed,
                    const Common& common) {
  ClusterCountOptions options;
  options.k_means.seed = seed;
  options.k_means.threads = common.threads;
  options.silhouette.threads = common.threads;
  const std::size_t counts =
      count ? 1 : std::min(options.most, std::max(rows.count(), options.least)) - options.least + 1;
  Progress progress("cluster", "starts", counts * options.k_means.starts, common.progress());
  options.k_means.on_progress = [&](std::size_t starts) { progress.advance(starts); };
  Found found;
  if (count) {
    options.k_means.clusters = *count;
    found.clustering = k_means(rows, options.k_means);
  } else {
    auto chosen = choose_cluster_count(rows, options);
    found.clustering = std::move(chosen.best);
    found.silhouettes = std::move(chosen.silhouettes);
  }
  found.silhouette = Silhouette(rows, options.silhouette).of(found.clustering.clusters);
  return found;
}

StoredClusters to_store(const ActiveLatents& active, const Clustering& clustering) {
  return {.dimensions = clustering.dimensions,
          .centroids = clustering.centroids,
          .items = active.latents.items,
          .cluster = {clustering.clusters.begin(), clustering.clusters.end()}};
}

ClusterOutcome cluster_shop(const ClusterArguments& arguments, const Common& common) {
  const auto start = std::chrono::steady_clock::now();
  require_shop(arguments.files);
  const ShopLock lock(arguments.files);
  Store store = open_store(arguments.files, OpenMode::kExisting);
  const ActiveLatents active = active_latents(store, arguments.files);
  const std::string missing = missing_latents(store, arguments.files, active);
  if (!missing.empty()) common.say(missing);
  const auto count = count_of(arguments, active.latents.items.size());
  const Found found = find_clusters(active.rows(), count, arguments.seed, common);
  const std::size_t made = found.clustering.sizes.size();
  if (count && made < *count) {
    common.say(
        fmt::format("{} clusters instead of {}: no more descriptions are different", made, *count));
  }
  auto transaction = store.begin();
  store.put_clusters(active.model.id, to_store(active, found.clustering));
  transaction.commit();
  ClusterOutcome outcome{.model = active.model.name,
                         .items = active.latents.items.size(),
                         .clusters = summarize(store, active, found.clustering),
                         .inertia = found.clustering.inertia,
                         .silhouette = found.silhouette,
                         .silhouettes = found.silhouettes};
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

}  // namespace

Action cluster_command(Arguments& arguments) {
  const auto options = std::make_shared<ClusterArguments>();
  arguments.word({"SHOP", "", "the shop's folder"}, options->files.folder);
  arguments.option({"--clusters", "N", "how many; auto: 2 to 30, by the silhouette [6]"},
                   options->clusters);
  arguments.option({"--seed", "N", "the same seed gives the same clusters [1]"}, options->seed);
  arguments.note(
      "Clusters belong to the active model. An item that is embedded later is in the cluster with\n"
      "the nearest centre; run it again to take such items into account.");
  return [options](const Common& common) {
    const ClusterOutcome outcome = cluster_shop(*options, common);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
