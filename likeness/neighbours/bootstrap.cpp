#include "likeness/neighbours/bootstrap.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {

Interval bootstrap_mean(std::span<const double> values, const BootstrapOptions& options) {
  assert(options.resamples > 0 && options.confidence > 0.0 && options.confidence < 1.0);
  if (values.empty()) return {};
  const auto count = static_cast<double>(values.size());
  Random random(options.seed);
  std::vector<double> means(options.resamples);
  for (double& mean : means) {
    for (std::size_t i = 0; i < values.size(); ++i) mean += values[random.below(values.size())];
    mean /= count;
  }
  std::ranges::sort(means);
  const auto quantile = [&](double share) {
    return means[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(means.size() - 1)))];
  };
  const double tail = (1.0 - options.confidence) / 2.0;
  return {.mean = std::accumulate(values.begin(), values.end(), 0.0) / count,
          .low = quantile(tail),
          .high = quantile(1.0 - tail)};
}

Interval bootstrap_difference(std::span<const double> first, std::span<const double> second,
                              const BootstrapOptions& options) {
  assert(first.size() == second.size());
  std::vector<double> differences;
  differences.reserve(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) differences.push_back(first[i] - second[i]);
  return bootstrap_mean(differences, options);
}

}  // namespace likeness
