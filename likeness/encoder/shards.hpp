// A batch of training in shards: each a fixed number of pictures that one thread takes through the
// network, forwards and backwards, as threads get free. What a shard gives depends on its pictures
// and the parameters alone, so a step is the same to the byte for every number of threads. Where
// several ranks train together each takes its share of the shards, and tells the others what these
// gave besides gradients: every call of a round is made by all of them.
// Normalisations take their moments within a shard ("ghost batches": Hoffer, Hubara and Soudry,
// NIPS 2017).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/encoder/executor.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/ranks.hpp"

namespace likeness {

// Where the gradients of each shard of a round lie. Rounds that follow each other may share one.
using GradientMemory = std::vector<std::vector<float>>;

// What a shard gives back.
struct ShardResult {
  // Of the trained parameters, in the executor's order; empty where another rank has them.
  std::span<float> gradients;
  std::vector<float> moments;  // of the normalisations
  Difference difference;       // to its pictures
};

// The pictures of a shard, (N, H, W, C), valid until the round ends. Asked for once a round, on the
// thread that takes the shard.
using ShardPictures = std::function<std::span<const std::uint8_t>(std::size_t shard)>;

// Told by each worker, of which the first is the thread that asked for the round, after each step
// of its way through the network: which gradients of its shard are written now.
using AfterStep = std::function<void(std::size_t worker, const Share& written)>;

class Shards {
 public:
  struct Options {
    std::size_t pictures = 0;  // of a shard
    std::size_t most = 1;      // shards of a round
    Precision precision = Precision::kF32;
    Ranks ranks{};
    std::shared_ptr<GradientMemory> gradients{};  // none: memory of its own
    AfterStep after_step{};
  };

  // All compute with the trained parameters of that store, of the same network or of one whose
  // first layers these are. The pool must outlive it.
  Shards(const Network& network, const Options& options, const ParameterStore& parameters,
         ThreadPool& pool);
  ~Shards() = default;
  Shards(const Shards&) = delete;
  Shards& operator=(const Shards&) = delete;
  Shards(Shards&&) = delete;
  Shards& operator=(Shards&&) = delete;

  [[nodiscard]] std::size_t pictures() const noexcept { return options_.pictures; }
  // An executor of a shard, to ask for what does not depend on pictures.
  [[nodiscard]] const Executor& executor() const noexcept { return *executors_.front(); }

  // Begins a round of so many shards, with the parameters as they are now. From here on results()
  // says where it will write gradients.
  void begin(std::size_t count);

  // One round: all shards forwards and, from the difference to their pictures, backwards.
  void reconstruct(const ShardPictures& pictures_of);

  // A round in two halves, of a network that ends in vectors of D numbers: all shards forwards to
  // their vectors (count * pictures, D), which are valid until the next round; then all backwards
  // from the gradients by them, of which each rank needs those of its shards.
  std::span<const float> forward(const ShardPictures& pictures_of);
  void backward(std::span<const float> gradient);
  // Gives back what lies between the halves, after a round; the next one takes it anew.
  void forget_activations() { activations_.clear(); }

  // Of the shards of the last round, until the memory of their gradients is used again.
  [[nodiscard]] std::span<ShardResult> results() noexcept {
    return std::span(results_).first(count_);
  }

 private:
  [[nodiscard]] std::size_t most_own() const noexcept;
  [[nodiscard]] Share own() const noexcept { return options_.ranks.share_of(count_); }
  template <typename Value>
  void gather_with_moments(std::span<Value> values);

  Options options_;
  ThreadPool& pool_;
  std::vector<std::unique_ptr<Executor>>
      executors_;                           // of each worker, with the first one's weights
  std::vector<AlignedBuffer> activations_;  // of each own shard, for a round in two halves
  std::vector<ShardResult> results_;
  std::vector<float> vectors_;
  std::vector<float> moments_;  // (shards, normalisations): of all ranks
  std::vector<Difference> differences_;
  std::size_t count_ = 0;  // of the round
};

// A step of a sum over shards: what stands for those before `from` takes in what stands for the
// others.
struct Addition {
  std::size_t into = 0;  // also the first shard
  std::size_t from = 0;
  std::size_t end = 0;
};

// The tree along which everything is added that so many shards gave, whoever adds it. The sum of
// all is then where the first was.
template <typename Add>
void for_additions(std::size_t shards, const Add& add) {
  for (std::size_t step = 1; step < shards; step *= 2) {
    for (std::size_t i = 0; i + step < shards; i += 2 * step) {
      add(Addition{.into = i, .from = i + step, .end = std::min(i + 2 * step, shards)});
    }
  }
}

// Adds the gradients of all shards along that tree, within a range of the parameters, into those
// of the first.
void add_gradients(std::span<ShardResult> shards, std::size_t begin, std::size_t count);

// The means over the shards, in their order.
void mean_moments(std::span<const ShardResult> shards, std::span<float> means);

}  // namespace likeness
