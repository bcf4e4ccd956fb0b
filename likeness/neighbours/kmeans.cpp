#include "likeness/neighbours/kmeans.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/neighbours/beginnings.hpp"
#include "likeness/neighbours/centred.hpp"
#include "likeness/neighbours/kernels.hpp"
#include "likeness/neighbours/lloyd.hpp"
#include "likeness/neighbours/neighbour.hpp"
#include "likeness/neighbours/sample.hpp"

namespace likeness {
namespace {

constexpr std::size_t kSampledOfCluster = 50;

std::size_t sampled(const KMeansOptions& options, std::size_t items) {
  return std::min(items, std::max(options.sample, kSampledOfCluster * options.clusters));
}

void check(const Rows& rows, const KMeansOptions& options) {
  check_rows(rows, "items");
  if (options.clusters > 0 && options.clusters <= rows.count()) return;
  throw Error(Error::Kind::kInput, "clusters: " + std::to_string(options.clusters) + " asked of " +
                                       std::to_string(rows.count()) +
                                       " items; ask for at least 1 and at most one an item");
}

// Starts run side by side: each has parts that one thread must do alone.
Clustering best_start(const Centred& items, const KMeansOptions& options, double tolerance) {
  const std::size_t starts = std::max<std::size_t>(1, options.starts);
  const Beginnings beginnings(items, options);
  const std::size_t threads_of_a_start = std::max<std::size_t>(1, options.threads / starts);
  std::mutex mutex;
  Clustering best;
  best.inertia = std::numeric_limits<double>::infinity();
  parallel_for(starts, options.threads, [&](std::size_t start) {
    Lloyd lloyd(items.rows(), items.squares, beginnings.centroids(start, threads_of_a_start),
                threads_of_a_start);
    lloyd.run(options.iterations, tolerance, options.stop);
    auto clustering = lloyd.finish();
    clustering.report.start = start;
    const std::scoped_lock lock(mutex);
    if (std::pair(clustering.inertia, start) < std::pair(best.inertia, best.report.start)) {
      best = std::move(clustering);
    }
    if (options.on_progress) options.on_progress(1);
  });
  return best;
}

// The best start of a sample, gone on with all items.
Clustering from_sample(const Centred& items, const KMeansOptions& options, double tolerance) {
  const Rows rows = items.rows();
  Random random(options.seed);
  const auto drawn = sample_of(rows.count(), sampled(options, rows.count()), random);
  Centred sample{.dimensions = items.dimensions, .values = rows_of(rows, drawn)};
  sample.squares.reserve(drawn.size());
  for (const std::size_t item : drawn) sample.squares.push_back(items.squares[item]);
  Clustering best = best_start(sample, options, tolerance);
  Lloyd lloyd(rows, items.squares, std::move(best.centroids), options.threads);
  lloyd.run(options.iterations, tolerance, options.stop);
  Clustering clustering = lloyd.finish();
  clustering.report.start = best.report.start;
  if (options.on_progress) options.on_progress(1);
  return clustering;
}

// Largest cluster first, as people expect to read them.
void sort_by_size(Clustering& clustering) {
  const std::size_t count = clustering.sizes.size();
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(),
                           [&](std::size_t k) { return clustering.sizes[k]; });
  std::vector<std::uint32_t> rank(count);
  Clustering sorted = clustering;
  for (std::size_t k = 0; k < count; ++k) {
    rank[order[k]] = static_cast<std::uint32_t>(k);
    sorted.sizes[k] = clustering.sizes[order[k]];
    std::ranges::copy(
        clustering.centroid_rows().row(order[k]),
        sorted.centroids.begin() + static_cast<std::ptrdiff_t>(k * clustering.dimensions));
  }
  for (auto& cluster : sorted.clusters) cluster = rank[cluster];
  // Those without an item are the last, and none.
  std::erase(sorted.sizes, 0U);
  sorted.centroids.resize(sorted.sizes.size() * sorted.dimensions);
  clustering = std::move(sorted);
}

}  // namespace

std::size_t nearest_cluster(const Clustering& clustering, std::span<const float> query) {
  std::size_t nearest = 0;
  float least = std::numeric_limits<float>::infinity();
  for (std::size_t k = 0; k < clustering.sizes.size(); ++k) {
    const float distance =
        squared_distance(clustering.centroid_rows().row(k).data(), query.data(), query.size());
    if (clustering.sizes[k] == 0 || distance >= least) continue;
    least = distance;
    nearest = k;
  }
  return nearest;
}

std::vector<std::vector<std::size_t>> central_items(const Rows& rows, const Clustering& clustering,
                                                    std::size_t count) {
  std::vector<std::vector<Neighbour>> members(clustering.sizes.size());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const std::size_t cluster = clustering.clusters[i];
    const auto centroid = clustering.centroid_rows().row(cluster);
    members[cluster].push_back(
        {.item = i,
         .distance = squared_distance(rows.row(i).data(), centroid.data(), rows.dimensions())});
  }
  std::vector<std::vector<std::size_t>> central(members.size());
  for (std::size_t k = 0; k < members.size(); ++k) {
    std::ranges::sort(members[k], std::less());
    for (const Neighbour& near : std::span(members[k]).first(std::min(count, members[k].size()))) {
      central[k].push_back(near.item);
    }
  }
  return central;
}

std::size_t runs_of(const KMeansOptions& options, std::size_t items) {
  return std::max<std::size_t>(1, options.starts) + (sampled(options, items) < items ? 1 : 0);
}

Clustering k_means(const Rows& rows, const KMeansOptions& options) {
  check(rows, options);
  const Centred centred = centre(rows);
  const double tolerance = options.tolerance * centred.variance;
  Clustering best = sampled(options, rows.count()) < rows.count()
                        ? from_sample(centred, options, tolerance)
                        : best_start(centred, options, tolerance);
  for (std::size_t i = 0; i < best.centroids.size(); ++i) {
    best.centroids[i] += centred.mean[i % rows.dimensions()];
  }
  sort_by_size(best);
  return best;
}

}  // namespace likeness
