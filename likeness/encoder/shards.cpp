#include "likeness/encoder/shards.hpp"

#include <algorithm>
#include <cassert>

namespace likeness {

Shards::Shards(const Network& network, const Options& options, const ParameterStore& parameters,
               ThreadPool& pool)
    : options_(options), pool_(pool), results_(options.most) {
  executors_.push_back(std::make_unique<Executor>(network, options.pictures, options.precision,
                                                  Use::kTraining, parameters));
  executors_.resize(std::clamp<std::size_t>(most_own(), 1, pool.threads()));
  pool.run(executors_.size(), [&](std::size_t i, std::size_t) {
    if (i > 0) executors_[i] = executor().another();
    if (!options_.after_step) return;
    executors_[i]->tell_after_each_step([this, i](std::size_t begin, std::size_t end) {
      options_.after_step(i, {.begin = begin, .end = end});
    });
  });
  for (ShardResult& result : results_) result.moments.resize(executor().moments().size());
  if (!options_.gradients) options_.gradients = std::make_shared<GradientMemory>();
  GradientMemory& memory = *options_.gradients;
  memory.resize(std::max(memory.size(), most_own()));
  for (auto& gradients : std::span(memory).first(most_own())) {
    gradients.resize(std::max(gradients.size(), executor().trained()));
  }
}

// Which shards are its own depends on how many the round has.
void Shards::begin(std::size_t count) {
  assert(count <= options_.most);
  count_ = count;
  for (ShardResult& result : results()) result.gradients = {};
  for (std::size_t i = 0; i < own().size(); ++i) {
    results_[own().begin + i].gradients =
        std::span((*options_.gradients)[i]).first(executor().trained());
  }
  executors_.front()->update_weights(pool_);
}

std::size_t Shards::most_own() const noexcept {
  return (options_.most + options_.ranks.count() - 1) / options_.ranks.count();
}

// What every rank needs of every shard, at once, for each time all have to wait for all.
template <typename Value>
void Shards::gather_with_moments(std::span<Value> values) {
  const Ranks& ranks = options_.ranks;
  if (ranks.count() == 1) return;
  const std::size_t size = executor().moments().size();
  moments_.resize(count_ * size);
  const auto moments_of = [&](std::size_t shard) {
    return std::span(moments_).subspan(shard * size, size);
  };
  for (std::size_t shard = own().begin; shard < own().end; ++shard) {
    std::ranges::copy(results_[shard].moments, moments_of(shard).begin());
  }
  Ranks::Pending moments = ranks.begin_gather(std::span(moments_), count_);
  ranks.gather(values, count_);
  ranks.wait(moments);
  for (std::size_t shard = 0; shard < count_; ++shard) {
    std::ranges::copy(moments_of(shard), results_[shard].moments.begin());
  }
}

void Shards::reconstruct(const ShardPictures& pictures_of) {
  const std::size_t first = own().begin;
  differences_.resize(count_);
  pool_.run(own().size(), [&](std::size_t i, std::size_t worker) {
    Executor& executor = *executors_[worker];
    const auto pictures = pictures_of(first + i);
    ShardResult& result = results_[first + i];
    executor.forward(pictures);
    differences_[first + i] = executor.backward(pictures, result.gradients);
    std::ranges::copy(executor.moments(), result.moments.begin());
  });
  gather_with_moments(std::span(differences_));
  for (std::size_t shard = 0; shard < count_; ++shard) {
    results_[shard].difference = differences_[shard];
  }
}

std::span<const float> Shards::forward(const ShardPictures& pictures_of) {
  const std::size_t vector_values = executor().latents().shape.size();
  if (activations_.empty()) {
    for (std::size_t i = 0; i < most_own(); ++i)
      activations_.push_back(executors_[i % executors_.size()]->give_activations());
    vectors_.resize(options_.most * vector_values);
  }
  const std::size_t first = own().begin;
  pool_.run(own().size(), [&](std::size_t i, std::size_t worker) {
    const std::size_t shard = first + i;
    Executor& executor = *executors_[worker];
    executor.use_activations(activations_[i]);
    executor.forward(pictures_of(shard));
    std::ranges::copy(executor.latents().floats(),
                      vectors_.begin() + static_cast<std::ptrdiff_t>(shard * vector_values));
    std::ranges::copy(executor.moments(), results_[shard].moments.begin());
  });
  const auto vectors = std::span(vectors_).first(count_ * vector_values);
  gather_with_moments(vectors);
  return vectors;
}

void Shards::backward(std::span<const float> gradient) {
  const std::size_t vector_values = executor().latents().shape.size();
  assert(gradient.size() == count_ * vector_values);
  const std::size_t first = own().begin;
  pool_.run(own().size(), [&](std::size_t i, std::size_t worker) {
    const std::size_t shard = first + i;
    Executor& executor = *executors_[worker];
    executor.use_activations(activations_[i]);
    executor.backward_from(gradient.subspan(shard * vector_values, vector_values),
                           results_[shard].gradients);
  });
}

void add_gradients(std::span<ShardResult> shards, std::size_t begin, std::size_t count) {
  const auto tensor = [&](ShardResult& shard) {
    return Tensor{.shape = {.c = count}, .data = shard.gradients.data() + begin};
  };
  for_additions(shards.size(), [&](const Addition& addition) {
    const Tensor sum = tensor(shards[addition.into]);
    add(sum, tensor(shards[addition.from]), sum);
  });
}

void mean_moments(std::span<const ShardResult> shards, std::span<float> means) {
  std::ranges::fill(means, 0.0F);
  for (const ShardResult& shard : shards) {
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += shard.moments[i];
  }
  for (float& mean : means) mean /= static_cast<float>(shards.size());
}

}  // namespace likeness
