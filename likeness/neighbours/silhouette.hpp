// How well clusters stand apart (Rousseeuw 1987), on a sample: the mean over its items of
// (b - a) / max(a, b), where a is the mean distance to the other items of the own cluster and b
// that to the items of the nearest other one. From -1 to 1; more is better.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct SilhouetteOptions {
  std::size_t sample = 2000;  // items, drawn at random; all where there are no more
  std::uint64_t seed = 1;
  std::size_t threads = available_threads();
};

// Measures the distances of the sample once, for as many clusterings as are to be compared.
class Silhouette {
 public:
  Silhouette(const Rows& rows, const SilhouetteOptions& options);

  // `clusters` has that of each item. An item alone in its cluster counts 0, and so does
  // everything where the sample has fewer than two clusters.
  [[nodiscard]] double of(std::span<const std::uint32_t> clusters) const;

 private:
  [[nodiscard]] double of_item(std::size_t i, std::span<const std::uint32_t> clusters,
                               std::span<const std::size_t> sizes) const;

  std::vector<std::size_t> sample_;  // ascending
  std::vector<float> distances_;     // sample x sample
};

}  // namespace likeness
