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

Optimiser::Optimiser(ParameterStore& parameters, ThreadPool& pool, const Ranks& ranks,
                     Precision wire)
    : parameters_(parameters),
      pool_(pool),
      first_moment_(parameters.weights().size()),
      second_moment_(first_moment_.size()),
      means_(parameters.moments().size()),
      is_alone_(ranks.count() == 1),
      gradient_sum_(ranks, wire, pool) {}

void Optimiser::move(std::span<ShardResult> shards, const Step& step) {
  std::span<float> sums;  // of other ranks' shards, too
  if (!is_alone_) sums = gradient_sum_.of(shards, step.begin, step.end - step.begin);
  const std::size_t ranges = (step.end - step.begin + kTogether - 1) / kTogether;
  pool_.run(ranges, [&](std::size_t i, std::size_t) {
    const std::size_t begin = step.begin + i * kTogether;
    const std::size_t count = std::min(kTogether, step.end - begin);
    if (!is_alone_) {
      move_range(step, begin, sums.subspan(begin - step.begin, count));
      return;
    }
    add_gradients(shards, begin, count);  // while they are in the cache
    move_range(step, begin, std::span(shards.front().gradients).subspan(begin, count));
  });
}

void Optimiser::move_range(const Step& step, std::size_t begin, std::span<float> sums) {
  const Adam adam{.learning_rate = static_cast<float>(step.learning_rate), .t = step.number};
  for (float& sum : sums) sum *= step.scale;
  adam_step(adam, sums, std::span(first_moment_).subspan(begin, sums.size()),
            std::span(second_moment_).subspan(begin, sums.size()),
            parameters_.weights().subspan(begin, sums.size()));
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
