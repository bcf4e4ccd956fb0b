// How large the steps of a training are, from its beginning to its end.
#pragma once

namespace likeness {

enum class Schedule { kOneCycle, kConstant };

struct LearningRate {
  Schedule schedule = Schedule::kOneCycle;
  double peak = 6e-3;
  double warm_up = 0.1;       // share of the training until the peak
  double start_share = 0.04;  // of the peak, at the beginning
  double end_share = 0.002;   // and at the end
};

// One cycle (Smith and Topin 2018): rises linearly, then falls along a cosine. `progress` is the
// share of the training that is done, from 0 to 1.
[[nodiscard]] double learning_rate(const LearningRate& settings, double progress);

}  // namespace likeness
