#include "likeness/neighbours/beginnings.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/lloyd.hpp"
#include "likeness/neighbours/pca.hpp"
#include "likeness/neighbours/sample.hpp"
#include "likeness/neighbours/seeding.hpp"

namespace likeness {
namespace {

// Nothing where most of the numbers would be left, or very many be looked at.
Centred along_first_components(const Rows& items, const KMeansOptions& options) {
  constexpr std::size_t kMostDimensions = 512;
  constexpr std::size_t kLookedAt = 8192;
  const std::size_t components = options.clusters - 1;
  if (components == 0 || 2 * components > items.dimensions()) return {};
  if (items.dimensions() > kMostDimensions) return {};
  Random random(options.seed);
  const auto some = rows_of(items, sample_of(items.count(), kLookedAt, random));
  const Pca pca = fit_pca(Rows(some, items.dimensions()), components, options.threads);
  return centre(Rows(pca.project(items, options.threads), components));
}

// The mean of the items of each cluster; of one that has none what it began with.
std::vector<float> means_of(const Rows& items, const Clustering& found, std::vector<float> began) {
  const std::size_t dimensions = items.dimensions();
  std::vector<double> sums(began.size());
  for (std::size_t i = 0; i < items.count(); ++i) {
    double* const sum = &sums[found.clusters[i] * dimensions];
    for (std::size_t d = 0; d < dimensions; ++d) sum[d] += double{items.row(i)[d]};
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::size_t size = found.sizes[i / dimensions];
    if (size > 0) began[i] = static_cast<float>(sums[i] / static_cast<double>(size));
  }
  return began;
}

}  // namespace

Beginnings::Beginnings(const Centred& items, const KMeansOptions& options)
    : items_(items), options_(options), few_(along_first_components(items.rows(), options)) {
  Random random(options.seed);
  drawn_.resize(std::max<std::size_t>(1, options.starts));
  for (std::size_t start = 0; start < drawn_.size(); ++start) {
    const Centred& from = is_along_few(start) ? few_ : items_;
    drawn_[start] =
        seed_centroids(from.rows(), from.squares, options.clusters, random, options.threads);
  }
}

std::vector<float> Beginnings::centroids(std::size_t start, std::size_t threads) const {
  std::vector<float> first = rows_of(items_.rows(), drawn_[start]);
  if (!is_along_few(start)) return first;
  Lloyd lloyd(few_.rows(), few_.squares, rows_of(few_.rows(), drawn_[start]), threads);
  lloyd.run(options_.iterations, options_.tolerance * few_.variance, options_.stop);
  return means_of(items_.rows(), lloyd.finish(), std::move(first));
}

}  // namespace likeness
