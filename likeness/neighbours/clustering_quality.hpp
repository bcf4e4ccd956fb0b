// How far clusters agree with labels that they were not made from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace likeness {

struct ClusteringQuality {
  // Share of items in the right cluster, with each cluster given to another label in the best way:
  // "ACC" of the literature (Yang, Xu, Nie, Yan and Zhuang, TIP 2010).
  double accuracy = 0.0;
  // Mutual information divided by the mean of both entropies (arithmetic, as in scikit-learn);
  // 1 where both put all items into one group.
  double nmi = 0.0;
  // Pairs that both put together or both apart, 0 for chance and 1 for equal (Hubert and Arabie,
  // Journal of Classification 1985).
  double ari = 0.0;
  std::size_t items = 0;  // that have a label
};

// Items whose label is kNoLabel do not count.
[[nodiscard]] ClusteringQuality measure_clustering(std::span<const std::uint32_t> clusters,
                                                   std::span<const std::uint32_t> labels);

// The largest sum that one entry of each row, no two of the same column, of a square matrix can
// have: for each row its column. The Hungarian method in n^3 steps (Kuhn 1955; Jonker and
// Volgenant 1987).
[[nodiscard]] std::vector<std::size_t> best_assignment(
    const std::vector<std::vector<double>>& gains);

}  // namespace likeness
