// Vectors laid out on a plane so that neighbours stay neighbours: UMAP (McInnes, Healy, Melville
// 2018) in its plain form, for maps of a few thousand items.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct LayoutOptions {
  std::size_t neighbours = 15;  // of each item, fewer where there are fewer
  std::size_t epochs = 200;
  std::uint64_t seed = 1;
  std::size_t threads = available_threads();
};

// N x 2. Starts from the first two principal components. The same for any number of threads. Throws
// as check_rows does. About a second for 3,000 items.
[[nodiscard]] std::vector<float> plane_layout(const Rows& rows, const LayoutOptions& options = {});

}  // namespace likeness
