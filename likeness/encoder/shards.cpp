#include "likeness/encoder/shards.hpp"

#include <algorithm>
#include <cassert>

namespace likeness {

Shards::Shards(const Network& network, const Options& options, const ParameterStore& parameters,
               ThreadPool& pool)
    : options_(options), pool_(pool), results_(options.most) {
  executors_.push_back(std::make_unique<Executor>(network, options.pictures, options.precision,
                                                  Use::kTraining, parameters));
  executors_.resize(std::min(pool.threads(), options.most));
  pool.run(executors_.size(), [&](std::size_t i, std::size_t) {
    if (i > 0) executors_[i] = executor().another();
  });
  for (ShardResult& result : results_) {
    result.gradients.resize(executor().trained());
    result.moments.resize(executor().moments().size());
  }
}

void Shards::reconstruct(std::size_t count, const ShardPictures& pictures_of) {
  assert(count <= options_.most);
  count_ = count;
  executors_.front()->update_weights(pool_);
  pool_.run(count, [&](std::size_t shard, std::size_t worker) {
    Executor& executor = *executors_[worker];
    const auto pictures = pictures_of(shard);
    ShardResult& result = results_[shard];
    executor.forward(pictures);
    result.difference = executor.backward(pictures, result.gradients);
    std::ranges::copy(executor.moments(), result.moments.begin());
  });
}

std::span<const float> Shards::forward(std::size_t count, const ShardPictures& pictures_of) {
  assert(count <= options_.most);
  const std::size_t vector_values = executor().latents().shape.size();
  if (activations_.empty()) {
    for (std::size_t i = 0; i < options_.most; ++i)
      activations_.push_back(executor().new_activations());
    vectors_.resize(options_.most * vector_values);
  }
  count_ = count;
  executors_.front()->update_weights(pool_);
  pool_.run(count, [&](std::size_t shard, std::size_t worker) {
    Executor& executor = *executors_[worker];
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
    Executor& executor = *executors_[worker];
    executor.use_activations(activations_[shard]);
    executor.backward_from(gradient.subspan(shard * vector_values, vector_values),
                           results_[shard].gradients);
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
