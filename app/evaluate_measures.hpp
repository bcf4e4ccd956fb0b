// Measures one method after the other in the same way, and compares models with baselines.
#pragma once

#include "app/evaluation.hpp"
#include "app/program.hpp"
#include "app/shop.hpp"

namespace likeness {

// Labels of more values are not clustered for: the best assignment takes the cube of their number.
inline constexpr std::size_t kMostClusters = 200;
inline constexpr std::size_t kListLength = 10;

[[nodiscard]] Evaluation evaluate(const Shop& shop, const EvaluateOptions& options,
                                  const Common& common);

}  // namespace likeness
