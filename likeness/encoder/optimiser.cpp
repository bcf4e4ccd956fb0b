#include "likeness/encoder/optimiser.hpp"

#include <algorithm>

#include "likeness/compute/kernels.hpp"
#include "likeness/encoder/network.hpp"

namespace likeness {
namespace {

constexpr std::size_t kTogether = 16384;  // parameters that stay in the cache

float normalisation_momentum(std::size_t steps) {
  const auto seen = static_cast<float>(steps);
  return std::min(kNormalisationMomentum, seen / (seen + 1.0F));
}

}  // namespace

Optimiser::Optimiser(ParameterStore& parameters, ThreadPool& pool)
    : parameters_(parameters),
      pool_(pool),
      first_moment_(parameters.weights().size()),
      second_moment_(first_moment_.size()),
      means_(parameters.moments().size()) {}

void Optimiser::move(std::span<ShardResult> shards, const Step& step) {
  const Adam adam{.learning_rate = static_cast<float>(step.learning_rate), .t = step.number};
  const std::size_t ranges = (step.end - step.begin + kTogether - 1) / kTogether;
  pool_.run(ranges, [&](std::size_t i, std::size_t) {
    const std::size_t begin = step.begin + i * kTogether;
    const std::size_t count = std::min(kTogether, step.end - begin);
    add_gradients(shards, begin, count);
    const auto gradients = std::span(shards.front().gradients).subspan(begin, count);
    for (float& gradient : gradients) gradient *= step.scale;
    adam_step(adam, gradients, std::span(first_moment_).subspan(begin, count),
              std::span(second_moment_).subspan(begin, count),
              parameters_.weights().subspan(begin, count));
  });
}

void Optimiser::follow_moments(std::span<const ShardResult> shards, std::size_t begin,
                               std::size_t steps_before) {
  const auto means = std::span(means_).first(shards.front().moments.size());
  mean_moments(shards, means);
  const float followed = 1.0F - normalisation_momentum(steps_before);
  const auto running = parameters_.moments();
  for (std::size_t i = begin; i < means.size(); ++i) {
    running[i] += followed * (means[i] - running[i]);
  }
}

}  // namespace likeness
