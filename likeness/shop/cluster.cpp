#include "likeness/shop/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/cluster_count.hpp"
#include "likeness/shop/active_latents.hpp"

namespace likeness {
namespace {

constexpr std::uint64_t kMostClusters = 10'000;

// Nothing: as many as the silhouette says.
std::optional<std::size_t> count_of(const ClusterRequest& request, std::size_t items) {
  using Count = ClusterRequest::Count;
  if (request.count == Count::kBySilhouette) return std::nullopt;
  if (request.count == Count::kUsual) return std::min(KMeansOptions{}.clusters, items);
  if (request.clusters >= 1 && request.clusters <= kMostClusters) return request.clusters;
  throw RequestError("clusters",
                     fmt::format("{} is out of range: give a number from 1 to {}, or auto",
                                 request.clusters, kMostClusters));
}

struct Found {
  Clustering clustering;
  double silhouette = 0.0;
  std::vector<double> silhouettes;
};

Found find_clusters(const Rows& rows, std::optional<std::size_t> count, std::uint64_t seed,
                    const Work& work) {
  ClusterCountOptions options;
  options.k_means.seed = seed;
  options.k_means.threads = work.threads;
  options.k_means.stop = work.stop;
  options.silhouette.threads = work.threads;
  const std::size_t counts =
      count ? 1 : std::min(options.most, std::max(rows.count(), options.least)) - options.least + 1;
  if (count) options.k_means.clusters = *count;
  const bool samples = !count && rows.count() > options.sample;
  std::size_t runs = counts * runs_of(options.k_means, samples ? options.sample : rows.count());
  if (samples) runs += runs_of(options.k_means, rows.count());
  Progress progress(work, "cluster", "runs", runs);
  options.k_means.on_progress = [&](std::size_t done) { progress.advance(done); };
  Found found;
  if (count) {
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

}  // namespace

ClusterOutcome cluster(const ClusterRequest& request, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  require_shop(request.files);
  const ShopLock lock(request.files);
  Store store = open_store(request.files, OpenMode::kExisting);
  const ActiveLatents active = active_latents(store, request.files);
  say_what_has_no_latent(store, active.model, active.latents.items.size(), work);
  const auto count = count_of(request, active.latents.items.size());
  const Found found = find_clusters(active.rows(), count, request.seed, work);
  const std::size_t made = found.clustering.sizes.size();
  if (count && made < *count) {
    work.say(
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

Json to_json(const ClusterOutcome& outcome) {
  Json::Object document{{"model", outcome.model},
                        {"items", outcome.items},
                        {"clusters", to_json(outcome.clusters)},
                        {"inertia", outcome.inertia},
                        {"silhouette", outcome.silhouette},
                        {"seconds", outcome.seconds}};
  if (!outcome.silhouettes.empty()) {
    document.emplace_back("silhouettes",
                          Json::Array(outcome.silhouettes.begin(), outcome.silhouettes.end()));
  }
  return document;
}

}  // namespace likeness
