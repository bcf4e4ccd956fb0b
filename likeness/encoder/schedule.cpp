#include "likeness/encoder/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace likeness {

double learning_rate(const LearningRate& settings, double progress) {
  if (settings.schedule == Schedule::kConstant) return settings.peak;
  progress = std::clamp(progress, 0.0, 1.0);
  if (progress < settings.warm_up) {
    const double risen = progress / settings.warm_up;
    return settings.peak * (settings.start_share + (1.0 - settings.start_share) * risen);
  }
  const double fallen = (progress - settings.warm_up) / (1.0 - settings.warm_up);
  const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * fallen));
  return settings.peak * (settings.end_share + (1.0 - settings.end_share) * cosine);
}

}  // namespace likeness
