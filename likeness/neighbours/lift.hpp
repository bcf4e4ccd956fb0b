// What sets a cluster apart: the values of a tag that are more frequent in it than among all items.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/neighbours/labels.hpp"

namespace likeness {

struct LiftOptions {
  // A value counts only where it is more than the odd one out: at least so many items of the
  // cluster, and at least this share of it.
  std::size_t least_items = 3;
  double least_share = 0.05;
};

struct LiftedLabel {
  std::uint32_t label = 0;
  double share = 0.0;  // of the cluster's items
  double lift = 0.0;   // that share over the label's share of all items; above 1
};

// For each of `clusters` clusters its over-represented labels, most first: by share x log(lift),
// what the label adds to the divergence of the cluster from all items (Kullback and Leibler), so
// that neither a rare label with a huge lift nor a common one with none comes first. Both spans
// have an entry for each item; one with kNoLabel counts as an item, but for no label.
[[nodiscard]] std::vector<std::vector<LiftedLabel>> lifted_labels(
    std::span<const std::uint32_t> cluster_of, std::size_t clusters,
    std::span<const std::uint32_t> labels, const LiftOptions& options = {});

// Share x log(lift): comparable between tags.
[[nodiscard]] double weight_of(const LiftedLabel& lifted);

}  // namespace likeness
