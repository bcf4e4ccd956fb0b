// Trains a network on one batch of random pictures, on all threads, and prints where the time went,
// layer by layer, and which share that is of what the machine's fastest convolutions would allow:
// bench/training_profile [network] [f32|bf16] [latent] [steps] [pictures of a shard] [of a batch].
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/thread_pool.hpp"
#include "likeness/compute/context.hpp"
#include "likeness/compute/convolution.hpp"
#include "likeness/encoder/executor.hpp"
#include "likeness/encoder/optimiser.hpp"
#include "likeness/encoder/parameter_store.hpp"
#include "likeness/encoder/plan.hpp"
#include "likeness/encoder/shards.hpp"

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

// Multiplications of one picture, forward, as they are executed: see plan.hpp.
double executed_multiply_adds(const Network& network, const Plan& plan) {
  std::size_t sum = 0;
  for (const Step& step : plan.steps) {
    if (step.kind == StepKind::kConvolution) {
      const Layer& layer = network.layers[step.layer];
      const Shape& in = plan.steps[step.inputs.front()].output;
      const std::size_t taps = layer.kernel * layer.kernel;
      if (step.form == WeightForm::kUpsampled) {
        sum += in.size() * 16 * step.output.c;
      } else if (step.form == WeightForm::kAsDescribed &&
                 layer.kind == LayerKind::kTransposedConvolution) {
        sum += in.size() * taps * step.output.c / layer.groups;
      } else {
        sum += step.output.size() * taps * in.c / layer.groups;
      }
    } else if (step.kind == StepKind::kDense) {
      sum += plan.steps[step.inputs.front()].output.size() * step.output.size();
    }
  }
  return static_cast<double>(sum);
}

// The most multiplications a second of all threads: of a convolution whose operands stay in the
// cache, and whose channels fill every vector.
double fastest_convolution(Precision precision, ThreadPool& pool) {
  constexpr ConvolutionGeometry kEasy{.in = {.n = 4, .c = 64, .h = 28, .w = 28},
                                      .out = {.n = 4, .c = 64, .h = 28, .w = 28},
                                      .kernel = 3,
                                      .pad_before = 1,
                                      .pad_before_columns = 1};
  constexpr std::size_t kRuns = 400;
  constexpr int kRounds = 5;
  double best = 0.0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> seconds(pool.threads());
    pool.run(pool.threads(), [&](std::size_t i, std::size_t) {
      Context context;
      Convolution convolution(context, kEasy, precision, precision, Use::kInference);
      convolution.set_weights(std::vector<float>(64UL * 64UL * 9UL, 0.01F));
      const AlignedBuffer in(kEasy.in.size() * sizeof(float));
      const AlignedBuffer out(kEasy.out.size() * sizeof(float));
      std::ranges::fill(in.floats(), 0.0F);
      const auto start = Clock::now();
      for (std::size_t run = 0; run < kRuns; ++run) {
        convolution.forward({.shape = kEasy.in, .precision = precision, .data = in.data()}, {},
                            {.shape = kEasy.out, .precision = precision, .data = out.data()});
      }
      seconds[i] = seconds_since(start);
    });
    const auto all = static_cast<double>(kRuns * kEasy.out.size() * 64 * 9 * pool.threads());
    best = std::max(best, all / std::ranges::max(seconds));
  }
  return best;
}

void print_costs(const Executor& executor) {
  double forward = 0.0;
  double backward = 0.0;
  for (const StepCost& cost : executor.costs()) {
    const double batches = std::max(1.0, static_cast<double>(cost.batches));
    const double forward_ms = cost.forward_seconds * 1e3 / batches;
    const double backward_ms = cost.backward_seconds * 1e3 / batches;
    forward += forward_ms;
    backward += backward_ms;
    const double mflop = static_cast<double>(cost.multiply_adds) * 2e-6;
    fmt::print("{:<34} {:>7.2f} ms {:>7.2f} ms {:>8.0f} {:>8.0f} GFLOP/s\n", cost.name, forward_ms,
               backward_ms, mflop / forward_ms, 2 * mflop / backward_ms);
  }
  fmt::print("a shard of one thread: forward {:.2f} ms, backward {:.2f} ms; activations {} MB\n",
             forward, backward, executor.activation_bytes() >> 20U);
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
  const std::size_t steps = std::stoul(argument(3, "20"));
  const std::size_t shard = std::stoul(argument(4, "16"));
  const std::size_t batch = std::stoul(argument(5, "64")) / shard * shard;

  ThreadPool pool(available_threads());
  ParameterStore parameters(network, plan(network, Use::kTraining));
  parameters.set(random_parameters(network));
  Shards shards(network, {.pictures = shard, .most = batch / shard, .precision = precision},
                parameters, pool);
  Optimiser optimiser(parameters, pool);
  Random random(2);
  std::vector<std::uint8_t> pictures(batch * kPicture.size());
  for (auto& value : pictures) value = static_cast<std::uint8_t>(random.below(256));

  double computing = 0.0;
  double moving = 0.0;
  for (std::size_t step = 1; step <= steps; ++step) {
    const auto start = Clock::now();
    shards.begin(batch / shard);
    shards.reconstruct([&](std::size_t i) {
      const std::size_t size = shard * kPicture.size();
      return std::span<const std::uint8_t>(pictures).subspan(i * size, size);
    });
    computing += seconds_since(start);
    const auto computed = Clock::now();
    optimiser.follow_moments(shards.results(), 0, step);
    optimiser.begin(shards.results(),
                    {.learning_rate = 1e-5, .number = step, .end = parameters.weights().size()});
    optimiser.finish();
    moving += seconds_since(computed);
  }
  print_costs(shards.executor());
  const double per_step = 1e3 / static_cast<double>(steps);
  fmt::print("a step of {} pictures in shards of {}: {:.2f} ms, of them {:.2f} of the optimiser\n",
             batch, shard, (computing + moving) * per_step, moving * per_step);
  const double rate = static_cast<double>(steps * batch) / (computing + moving);
  const double limit = fastest_convolution(precision, pool);
  // Backwards as much again for the gradients of the inputs, and for those of the weights.
  const double allowed =
      limit / (3 * executed_multiply_adds(network, plan(network, Use::kTraining)));
  fmt::print(
      "{} threads: {:.0f} images/s, {:.2f} of {:.0f}, which the fastest convolution here "
      "({:.0f} GFLOP/s) would allow\n",
      pool.threads(), rate, rate / allowed, allowed, limit * 2e-9);
  return EXIT_SUCCESS;
}
