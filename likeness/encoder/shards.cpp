#include "likeness/encoder/shards.hpp"

#include <algorithm>
#include <cassert>

namespace likeness {

Shards::Shards(const Network& network, const Options& options, ThreadPool& pool)
    : options_(options),
      pool_(pool),
      executors_(std::min(pool.threads(), options.most)),
      loaded_(executors_.size(), 0),
      results_(options.most) {
  pool.run(executors_.size(), [&](std::size_t i, std::size_t) {
    executors_[i] =
        std::make_unique<Executor>(network, options.pictures, options.precision, Use::kTraining);
  });
  for (ShardResult& result : results_) {
    result.gradients.resize(executor().gradients().size());
    result.moments.resize(executor().moments().size());
  }
}

Executor& Shards::ready(std::size_t worker, const ParameterStore& parameters) {
  Executor& executor = *executors_[worker];
  if (loaded_[worker] != round_) executor.copy_parameters(parameters);
  loaded_[worker] = round_;
  return executor;
}

void Shards::reconstruct(const ParameterStore& parameters, std::size_t count,
                         const ShardPictures& pictures_of) {
  assert(count <= options_.most);
  ++round_;
  count_ = count;
  pool_.run(count, [&](std::size_t shard, std::size_t worker) {
    Executor& executor = ready(worker, parameters);
    const auto pictures = pictures_of(shard);
    ShardResult& result = results_[shard];
    executor.forward(pictures);
    result.difference = executor.backward(pictures);
    std::ranges::copy(executor.moments(), result.moments.begin());
    std::ranges::copy(executor.gradients(), result.gradients.begin());
  });
}

std::span<const float> Shards::forward(const ParameterStore& parameters, std::size_t count,
                                       const ShardPictures& pictures_of) {
  assert(count <= options_.most);
  const std::size_t vector_values = executor().latents().shape.size();
  if (activations_.empty()) {
    for (std::size_t i = 0; i < options_.most; ++i)
      activations_.push_back(executor().new_activations());
    vectors_.resize(options_.most * vector_values);
  }
  ++round_;
  count_ = count;
  parameters_ = &parameters;
  pool_.run(count, [&](std::size_t shard, std::size_t worker) {
    Executor& executor = ready(worker, parameters);
    executor.use_activations(activations_[shard]);
    executor.forward(pictures_of(shard));
    std::ranges::copy(executor.latents().floats(),
                      vectors_.begin() + static_cast<std::ptrdiff_t>(shard * vector_values));
    std::ranges::copy(executor.moments(), results_[shard].moments.begin());
  });
  return std::span(vectors_).first(count * vector_values);
}

void Shards::backward(std::span<const float> gradient) {
  const std::size_t vector_values = executor().latents().shape.size();
  assert(gradient.size() == count_ * vector_values);
  pool_.run(count_, [&](std::size_t shard, std::size_t worker) {
    Executor& executor = ready(worker, *parameters_);
    executor.use_activations(activations_[shard]);
    executor.backward_from(gradient.subspan(shard * vector_values, vector_values));
    std::ranges::copy(executor.gradients(), results_[shard].gradients.begin());
  });
}

void add_gradients(std::span<ShardResult> shards, std::size_t begin, std::size_t count) {
  const auto tensor = [&](ShardResult& shard) {
    return Tensor{.shape = {.c = count}, .data = shard.gradients.data() + begin};
  };
  for (std::size_t step = 1; step < shards.size(); step *= 2) {
    for (std::size_t i = 0; i + step < shards.size(); i += 2 * step) {
      add(tensor(shards[i]), tensor(shards[i + step]), tensor(shards[i]));
    }
  }
}

void mean_moments(std::span<const ShardResult> shards, std::span<float> means) {
  std::ranges::fill(means, 0.0F);
  for (const ShardResult& shard : shards) {
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += shard.moments[i];
  }
  for (float& mean : means) mean /= static_cast<float>(shards.size());
}

}  // namespace likeness
