#include "likeness/neighbours/silhouette.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/kernels.hpp"
#include "likeness/neighbours/sample.hpp"

namespace likeness {

Silhouette::Silhouette(const Rows& rows, const SilhouetteOptions& options) {
  check_rows(rows, "items");
  Random random(options.seed);
  sample_ = sample_of(rows.count(), options.sample, random);
  const std::size_t count = sample_.size();
  distances_.resize(count * count);
  parallel_for(count, options.threads, [&](std::size_t i) {
    for (std::size_t j = 0; j < count; ++j) {
      distances_[i * count + j] = std::sqrt(squared_distance(
          rows.row(sample_[i]).data(), rows.row(sample_[j]).data(), rows.dimensions()));
    }
  });
}

double Silhouette::of(std::span<const std::uint32_t> clusters) const {
  std::vector<std::uint32_t> own;
  own.reserve(sample_.size());
  for (const std::size_t item : sample_) own.push_back(clusters[item]);
  if (own.empty()) return 0.0;
  std::vector<std::size_t> sizes(*std::ranges::max_element(own) + std::size_t{1});
  for (const std::uint32_t cluster : own) ++sizes[cluster];
  double total = 0.0;
  for (std::size_t i = 0; i < own.size(); ++i) total += of_item(i, own, sizes);
  return total / static_cast<double>(own.size());
}

double Silhouette::of_item(std::size_t i, std::span<const std::uint32_t> clusters,
                           std::span<const std::size_t> sizes) const {
  if (sizes[clusters[i]] < 2) return 0.0;
  std::vector<double> sums(sizes.size());
  for (std::size_t j = 0; j < clusters.size(); ++j) {
    sums[clusters[j]] += distances_[i * clusters.size() + j];
  }
  const double inside =
      sums[clusters[i]] / static_cast<double>(sizes[clusters[i]] - 1);  // its own distance is 0
  double outside = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < sizes.size(); ++k) {
    if (k == clusters[i] || sizes[k] == 0) continue;
    outside = std::min(outside, sums[k] / static_cast<double>(sizes[k]));
  }
  const double larger = std::max(inside, outside);
  return std::isinf(outside) || larger == 0.0 ? 0.0 : (outside - inside) / larger;
}

}  // namespace likeness
