// Trains a network on random pictures for some steps and prints where the time went, layer by
// layer: bench/training_profile [network] [f32|bf16] [latent] [steps].
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/compute/kernels.hpp"
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

}  // namespace

// A script from top to bottom: parts of it would have to hand a dozen numbers on.
// NOLINTNEXTLINE(readability-function-size)
int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto argument = [&](std::size_t i, const char* otherwise) {
    return i < arguments.size() ? arguments[i] : std::string(otherwise);
  };
  constexpr Shape kPicture{.c = 3, .h = 80, .w = 60};
  constexpr std::size_t kBatch = 64;
  const std::size_t latent = std::stoul(argument(2, "10"));
  const auto network = argument(0, "xception") == "xception" ? xception_network(kPicture, latent)
                                                             : compact_network(kPicture, latent);
  const auto precision = argument(1, "bf16") == "bf16" ? Precision::kBf16 : Precision::kF32;
  const std::size_t steps = std::stoul(argument(3, "20"));

  Executor executor(network, kBatch, precision, Use::kTraining);
  executor.set_parameters(random_parameters(network));
  std::vector<std::uint8_t> pictures(kBatch * kPicture.size());
  Random random(2);
  for (auto& value : pictures) value = static_cast<std::uint8_t>(random.below(256));
  std::vector<float> first(executor.weights().size());
  std::vector<float> second(first.size());

  std::vector<double> times;
  double adam_seconds = 0.0;
  double copy_seconds = 0.0;
  std::vector<StepCost> before;
  for (std::size_t step = 0; step < steps + 3; ++step) {
    if (step == 3) {
      before = executor.costs();
      times.clear();
      adam_seconds = copy_seconds = 0.0;
    }
    const auto start = Clock::now();
    executor.forward(pictures);
    (void)executor.backward(pictures);
    auto part = Clock::now();
    adam_step({.t = step + 1}, executor.gradients(), first, second, executor.weights());
    adam_seconds += seconds_since(part);
    part = Clock::now();
    executor.update_weights();
    copy_seconds += seconds_since(part);
    times.push_back(seconds_since(start));
  }
  const auto per_step = [&](double seconds) { return seconds * 1e3 / static_cast<double>(steps); };
  auto costs = executor.costs();
  double forward = 0.0;
  double backward = 0.0;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    auto& cost = costs[i];
    cost.forward_seconds -= before[i].forward_seconds;
    cost.backward_seconds -= before[i].backward_seconds;
    forward += cost.forward_seconds;
    backward += cost.backward_seconds;
    const double gflop = static_cast<double>(cost.multiply_adds) * 2e-9;
    fmt::print("{:<34} {:>7.2f} ms {:>7.2f} ms {:>8.0f} {:>8.0f} GFLOP/s\n", cost.name,
               per_step(cost.forward_seconds), per_step(cost.backward_seconds),
               gflop / (cost.forward_seconds / static_cast<double>(steps)),
               2 * gflop / (cost.backward_seconds / static_cast<double>(steps)));
  }
  std::ranges::sort(times);
  const double median = times[times.size() / 2];
  fmt::print("forward {:.1f} ms, backward {:.1f} ms, Adam {:.1f} ms, weight copies {:.1f} ms\n",
             per_step(forward), per_step(backward), per_step(adam_seconds), per_step(copy_seconds));
  fmt::print("median step {:.1f} ms: {:.0f} images/s; best {:.0f}; activations {} MB\n",
             median * 1e3, kBatch / median, kBatch / times.front(),
             executor.activation_bytes() >> 20U);
  return EXIT_SUCCESS;
}
