// Takes shards of random pictures through a network, forwards and backwards, on all threads, and
// prints where the time went, layer by layer:
// bench/training_profile [network] [f32|bf16] [latent] [shards] [pictures of a shard].
#include <fmt/core.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/executor.hpp"

namespace {

using namespace likeness;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<float> random_parameters(const Network& network) {
  Random random(1);
  std::vector<float> values;
  for (const auto& parameter : parameters_of(network)) {
    const bool weights = parameter.role == ParameterRole::kWeights;
    for (std::size_t i = 0; i < parameter.size(); ++i) {
      values.push_back(weights ? static_cast<float>(random.normal() * 0.05) : 1.0F);
    }
  }
  return values;
}

// Of one worker: an executor and the pictures of a shard.
struct Worker {
  Executor executor;
  std::vector<std::uint8_t> pictures;
  double copy_seconds = 0.0;  // of the weights, before a shard

  Worker(const Network& network, std::size_t shard, Precision precision)
      : executor(network, shard, precision, Use::kTraining),
        pictures(shard * network.input().size()) {}

  void train() {
    const auto start = Clock::now();
    executor.update_weights();
    copy_seconds += seconds_since(start);
    executor.forward(pictures);
    (void)executor.backward(pictures);
  }
};

void print_costs(const Worker& worker, std::size_t shards) {
  const auto per_shard = [&](double seconds) {
    return seconds * 1e3 / static_cast<double>(shards);
  };
  double forward = 0.0;
  double backward = 0.0;
  for (const StepCost& cost : worker.executor.costs()) {
    forward += cost.forward_seconds;
    backward += cost.backward_seconds;
    const double gflop = static_cast<double>(cost.multiply_adds) * 2e-9;
    fmt::print("{:<34} {:>7.2f} ms {:>7.2f} ms {:>8.0f} {:>8.0f} GFLOP/s\n", cost.name,
               per_shard(cost.forward_seconds), per_shard(cost.backward_seconds),
               gflop / (cost.forward_seconds / static_cast<double>(shards)),
               2 * gflop / (cost.backward_seconds / static_cast<double>(shards)));
  }
  fmt::print(
      "a shard of one thread: forward {:.2f} ms, backward {:.2f} ms, weight copies {:.2f} ms; "
      "activations {} MB\n",
      per_shard(forward), per_shard(backward), per_shard(worker.copy_seconds),
      worker.executor.activation_bytes() >> 20U);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto argument = [&](std::size_t i, const char* otherwise) {
    return i < arguments.size() ? arguments[i] : std::string(otherwise);
  };
  constexpr Shape kPicture{.c = 3, .h = 80, .w = 60};
  const std::size_t latent = std::stoul(argument(2, "10"));
  const auto network = argument(0, "xception") == "xception" ? xception_network(kPicture, latent)
                                                             : compact_network(kPicture, latent);
  const auto precision = argument(1, "bf16") == "bf16" ? Precision::kBf16 : Precision::kF32;
  const std::size_t shards = std::stoul(argument(3, "80"));
  const std::size_t shard = std::stoul(argument(4, "16"));

  ThreadPool pool(available_threads());
  Random random(2);
  std::vector<std::unique_ptr<Worker>> workers(pool.threads());
  for (auto& worker : workers) {
    worker = std::make_unique<Worker>(network, shard, precision);
    worker->executor.set_parameters(random_parameters(network));
    for (auto& value : worker->pictures) value = static_cast<std::uint8_t>(random.below(256));
  }
  std::size_t of_first = 0;
  const auto start = Clock::now();
  pool.run(shards, [&](std::size_t, std::size_t worker) {
    workers[worker]->train();
    if (worker == 0) ++of_first;
  });
  const double seconds = seconds_since(start);
  print_costs(*workers.front(), of_first);
  fmt::print("{} threads, {} shards of {}: {:.0f} images/s, without what is done once a step\n",
             pool.threads(), shards, shard, static_cast<double>(shards * shard) / seconds);
  return EXIT_SUCCESS;
}
