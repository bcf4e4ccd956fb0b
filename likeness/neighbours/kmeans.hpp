// k-means: groups of items around K centroids. Lloyd's algorithm with the bounds of Hamerly (SDM
// 2010), which find the same clusters without comparing most items with most centroids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct KMeansOptions {
  std::size_t clusters = 6;
  std::size_t starts = 10;  // independent seedings; the one that ends with least inertia is kept
  std::size_t iterations = 300;  // at most, of each start
  // Of more items the starts see so many, drawn at random, or 50 a cluster where that is more; then
  // the best of them goes on with all items.
  std::size_t sample = 100'000;
  // Converged when the centroids together move less than this share of the mean variance of a
  // dimension (squares of both), as in scikit-learn.
  double tolerance = 1e-4;
  std::uint64_t seed = 1;
  std::size_t threads = available_threads();
  std::stop_token stop = {};
  std::function<void(std::size_t)> on_progress = nullptr;  // runs finished since the last call
};

// How many runs on_progress is told of: the starts, and with a sample the one of all items.
[[nodiscard]] std::size_t runs_of(const KMeansOptions& options, std::size_t items);

// What the kept start went through, with a sample in its run with all items.
struct KMeansReport {
  std::vector<double> inertia;  // after each iteration
  std::size_t start = 0;        // which start was kept, from 0
  std::size_t refilled = 0;     // how often an empty cluster was given the farthest item
  bool converged = false;
  double compared = 0.0;  // share of the items x iterations that the bounds could not decide
};

struct Clustering {
  std::size_t dimensions = 0;
  std::vector<float> centroids;         // K x D
  std::vector<std::uint32_t> clusters;  // of each item
  std::vector<std::size_t> sizes;       // of each cluster
  double inertia = 0.0;  // sum of squared distances of the items from their centroids
  KMeansReport report;

  [[nodiscard]] Rows centroid_rows() const { return {centroids, dimensions}; }
};

// Of the clusters that are not empty, the one whose centroid is nearest.
[[nodiscard]] std::size_t nearest_cluster(const Clustering& clustering,
                                          std::span<const float> query);

// Of each cluster the `count` items nearest to its centroid, nearest first: what it is about.
[[nodiscard]] std::vector<std::vector<std::size_t>> central_items(const Rows& rows,
                                                                  const Clustering& clustering,
                                                                  std::size_t count);

// The same seed gives the same bytes for any number of threads. Clusters are in the order of their
// size, largest first. None is empty: there are fewer than asked where fewer items are different.
// Throws Error::kInput for rows that are not usable, and for more clusters than items or none, and
// Error::kUnavailable when stopped.
[[nodiscard]] Clustering k_means(const Rows& rows, const KMeansOptions& options);

}  // namespace likeness
