// Whole steps of a training, shards and all, against plain loops in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/schedule.hpp"
#include "likeness/encoder/trainer.hpp"
#include "plain_network.hpp"
#include "tests/encoder/picture_shapes.hpp"

namespace likeness {
namespace {

constexpr std::size_t kShard = 16;  // as the trainer's

using Values = std::vector<std::vector<double>>;  // of each parameter

Values zeros_like(const Values& values) {
  Values zeros;
  for (const auto& parameter : values) zeros.emplace_back(parameter.size());
  return zeros;
}

// What the step by shards is said to do, one value after the other.
class PlainTraining {
 public:
  PlainTraining(const Network& network, std::span<const float> parameters)
      : described_(parameters_of(network)), network_(network) {
    for (auto& parameter : network_.parameters()) {
      for (double& value : parameter) {
        value = static_cast<double>(parameters.front());
        parameters = parameters.subspan(1);
      }
    }
    first_moment_ = zeros_like(network_.parameters());
    second_moment_ = first_moment_;
  }

  // `batch`: whole shards of (H, W, C) bytes.
  void step(std::span<const std::uint8_t> batch, double learning_rate) {
    const std::size_t size = kShard * kSmallPicture.size();
    const std::size_t shards = batch.size() / size;
    const Values running = network_.parameters();
    Values gradients = zeros_like(running);
    Values moments = gradients;
    for (std::size_t shard = 0; shard < shards; ++shard) {
      add_shard(batch.subspan(shard * size, size), static_cast<double>(shards), gradients, moments);
    }
    const auto seen = static_cast<double>(steps_);
    const double followed =
        1.0 - std::min(static_cast<double>(kNormalisationMomentum), seen / (seen + 1.0));
    ++steps_;
    for (std::size_t p = 0; p < described_.size(); ++p) {
      auto& values = network_.parameters()[p];
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (described_[p].trained()) {
          values[i] -=
              learning_rate * adam(gradients[p][i], first_moment_[p][i], second_moment_[p][i]);
        } else {
          values[i] = running[p][i] + followed * (moments[p][i] - running[p][i]);
        }
      }
    }
  }

  [[nodiscard]] const Values& parameters() { return network_.parameters(); }
  [[nodiscard]] const Values& first_moment() const { return first_moment_; }
  [[nodiscard]] const std::vector<Parameter>& described() const { return described_; }

 private:
  void add_shard(std::span<const std::uint8_t> pictures, double shards, Values& gradients,
                 Values& moments) {
    // From 0, so that what the running moments become tells those of the shard.
    for (std::size_t p = 0; p < described_.size(); ++p) {
      if (!described_[p].trained()) std::ranges::fill(network_.parameters()[p], 0.0);
    }
    Shape shape = kSmallPicture;
    shape.n = kShard;
    std::vector<float> bytes(pictures.begin(), pictures.end());
    PlainTensor target = from_channels_last(shape, bytes);
    for (double& value : target.values) value /= 255.0;
    const auto& output = network_.forward(target, PlainNetwork::Mode::kTraining);
    const Values found = network_.backward(mean_squared_error(output, target).gradient);
    for (std::size_t p = 0; p < described_.size(); ++p) {
      for (std::size_t i = 0; i < found[p].size(); ++i) gradients[p][i] += found[p][i] / shards;
      if (described_[p].trained()) continue;
      for (std::size_t i = 0; i < moments[p].size(); ++i) {
        const double own = 1.0 - static_cast<double>(kNormalisationMomentum);
        moments[p][i] += network_.parameters()[p][i] / own / shards;
      }
    }
  }

  [[nodiscard]] double adam(double gradient, double& first, double& second) const {
    first = 0.9 * first + 0.1 * gradient;
    second = 0.999 * second + 0.001 * gradient * gradient;
    const auto t = static_cast<double>(steps_);
    return first / (1.0 - std::pow(0.9, t)) /
           (std::sqrt(second / (1.0 - std::pow(0.999, t))) + 1e-7);
  }

  std::vector<Parameter> described_;
  PlainNetwork network_;
  Values first_moment_, second_moment_;
  std::size_t steps_ = 0;
};

// The length of the difference as a share of that of what is expected.
class RelativeError {
 public:
  void add(double expected, double found) {
    expected_ += expected * expected;
    difference_ += (expected - found) * (expected - found);
  }
  [[nodiscard]] double value() const { return std::sqrt(difference_ / expected_); }

 private:
  double expected_ = 1e-30;
  double difference_ = 0.0;
};

TEST(Trainer, TakesTheStepsOfPlainShards) {
  Random random(4);
  std::vector<std::vector<std::uint8_t>> memory(80);
  for (auto& picture : memory) {
    for (std::size_t i = 0; i < kSmallPicture.size(); ++i) {
      picture.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
  }
  const Pictures pictures(memory.begin(), memory.end());
  const Network network = compact_network(kSmallPicture, 3);
  const TrainingOptions options{
      .batch = 2 * kShard, .epochs = 1, .validation_share = 0.2, .seed = 5};
  Trainer trainer(network, pictures, options);
  const auto before = trainer.parameters();
  trainer.run_epoch([](std::size_t, std::size_t) {});

  PlainTraining plain(network, before);
  Batches batches(pictures, trainer.split().training,
                  {.batch = options.batch,
                   .multiple = kShard,
                   .height = kSmallPicture.h,
                   .width = kSmallPicture.w,
                   .channels = kSmallPicture.c,
                   .seed = epoch_seed(options.seed, 1)});
  std::size_t steps = 0;
  for (auto batch = batches.next(); !batch.empty(); batch = batches.next()) {
    plain.step(batch, learning_rate(options.learning_rate, static_cast<double>(steps++) / 2.0));
  }
  ASSERT_EQ(steps, 2U);

  RelativeError moments, movement, gradients;
  const auto after = trainer.parameters();
  const auto first_moment = trainer.state().first_moment;
  std::size_t place = 0;
  std::size_t trained = 0;
  for (std::size_t p = 0; p < plain.described().size(); ++p) {
    for (std::size_t i = 0; i < plain.parameters()[p].size(); ++i, ++place) {
      const double expected = plain.parameters()[p][i];
      const auto found = static_cast<double>(after[place]);
      const auto start = static_cast<double>(before[place]);
      if (plain.described()[p].trained()) {
        movement.add(expected - start, found - start);
        gradients.add(plain.first_moment()[p][i], static_cast<double>(first_moment[trained++]));
      } else {
        moments.add(expected, found);
      }
    }
  }
  EXPECT_LT(moments.value(), 1e-4);
  EXPECT_LT(gradients.value(), 1e-3);
  // Adam's first steps are as large for the smallest gradient as for the largest: where one is
  // hardly more than rounding, so is its direction.
  EXPECT_LT(movement.value(), 1e-2);
}

}  // namespace
}  // namespace likeness
