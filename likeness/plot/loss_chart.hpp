// How a training went: losses by epoch, of one run or of several beside each other.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "likeness/plot/chart.hpp"

namespace likeness {

struct EpochLoss {
  std::size_t epoch = 0;  // from 1
  double train_mse = 0.0;
  double train_mae = 0.0;
  double validation_mse = 0.0;
  double validation_mae = 0.0;
};

struct LossCurve {
  std::string name;  // of the run
  std::vector<EpochLoss> epochs;
  std::size_t best_epoch = 0;  // marked; 0: none
};

inline constexpr std::size_t kMostLossCurves = 7;

// One panel for the absolute and one for the squared loss; training dashed, validation solid. At
// least one curve with one epoch, at most kMostLossCurves; losses that are no numbers are gaps.
[[nodiscard]] ChartScript loss_chart(std::span<const LossCurve> curves);

}  // namespace likeness
