#include "likeness/encoder/optimiser.hpp"

#include <algorithm>
#include <utility>

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
      means_(parameters.moments().size()) {
  if (ranks.count() == 1) return;
  gradient_sum_ = std::make_unique<GradientSum>(GradientSum::Options{
      .ranks = ranks,
      .wire = wire,
      .weights = parameters.weights(),
      .move = [this](std::size_t begin, std::span<float> sums) { move_range(begin, sums); }});
}

void Optimiser::begin(std::span<ShardResult> shards, const Step& step) {
  finish();
  shards_ = shards;
  step_ = step;
  if (gradient_sum_) gradient_sum_->begin(shards, {.begin = step.begin, .end = step.end});
}

void Optimiser::go_on(std::size_t worker, const Share& written) {
  gradient_sum_->written(written);
  if (worker == 0) gradient_sum_->go_on();
}

void Optimiser::finish() {
  const auto shards = std::exchange(shards_, {});
  if (gradient_sum_) return gradient_sum_->finish();
  if (shards.empty()) return;
  pool_.run((step_.end - step_.begin + kTogether - 1) / kTogether, [&](std::size_t i, std::size_t) {
    const std::size_t begin = step_.begin + i * kTogether;
    const std::size_t count = std::min(kTogether, step_.end - begin);
    add_gradients(shards, begin, count);  // while they are in the cache
    move_range(begin, std::span(shards.front().gradients).subspan(begin, count));
  });
}

void Optimiser::share_moments() {
  if (!gradient_sum_) return;
  gradient_sum_->gather(first_moment_);
  gradient_sum_->gather(second_moment_);
}

void Optimiser::move_range(std::size_t begin, std::span<float> sums) {
  const Adam adam{.learning_rate = static_cast<float>(step_.learning_rate), .t = step_.number};
  for (float& sum : sums) sum *= step_.scale;
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
