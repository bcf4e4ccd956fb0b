// Training and embedding are the same to the byte for every number of threads, and a batch in
// shards is the mean of what each shard is alone.
#include "likeness/encoder/shards.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/encoder/plan.hpp"
#include "likeness/encoder/trainer.hpp"
#include "tests/encoder/picture_shapes.hpp"
#include "tests/encoder/train_all.hpp"

namespace likeness {
namespace {

// Pictures of two colours each, which is something to learn.
struct TwoColours {
  std::vector<std::vector<std::uint8_t>> memory;
  Pictures pictures;

  explicit TwoColours(std::size_t count) {
    Random random(5);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t border = random.below(kSmallPicture.size());
      std::vector<std::uint8_t> picture(kSmallPicture.size(),
                                        static_cast<std::uint8_t>(random.below(256)));
      std::fill(picture.begin() + static_cast<std::ptrdiff_t>(border), picture.end(),
                static_cast<std::uint8_t>(random.below(256)));
      memory.push_back(picture);
    }
    pictures.assign(memory.begin(), memory.end());
  }
};

class ThreadCounts : public testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (GetParam() == Precision::kBf16 && !has_fast_bf16())
      GTEST_SKIP() << "this processor multiplies no BF16";
  }

  static Model trained(const Network& network, const TrainingOptions& options) {
    const TwoColours drawn(150);
    Trainer trainer(network, drawn.pictures, options);
    Model model;
    model.network = network;
    model.history = train_all(trainer);
    model.parameters = trainer.parameters();
    return model;
  }

  static void expect_the_same(const Network& network, TrainingOptions options) {
    options.epochs = 2;
    options.precision = GetParam();
    options.threads = 1;
    const TwoColours drawn(37);
    const Model expected = trained(network, options);
    const auto latents = embed(expected, drawn.pictures, GetParam(), 1);
    for (const std::size_t threads : {2U, 3U, 5U}) {
      options.threads = threads;
      const Model model = trained(network, options);
      EXPECT_EQ(model.parameters, expected.parameters) << threads << " threads";
      EXPECT_EQ(model.history.back().validation_mse, expected.history.back().validation_mse);
      EXPECT_EQ(embed(model, drawn.pictures, GetParam(), threads), latents) << threads;
    }
  }
};

TEST_P(ThreadCounts, ChangeNoByteOfAnAutoencoder) {
  expect_the_same(compact_network(kSmallPicture, 3), {.batch = 64});
}

TEST_P(ThreadCounts, ChangeNoByteOfWhatLearnsByContrast) {
  expect_the_same(parts_network(kSmallPicture, part_sizes(16)),
                  {.batch = 32, .contrast = ContrastOptions{}});
}

INSTANTIATE_TEST_SUITE_P(Precisions, ThreadCounts,
                         testing::Values(Precision::kF32, Precision::kBf16));

TEST(Shards, AreEachWhatAnExecutorMakesOfThemAlone) {
  constexpr std::size_t kShard = 3;
  constexpr std::size_t kCount = 5;
  const Network network = compact_network(kSmallPicture, 4);
  const TwoColours drawn(kShard * kCount);
  std::vector<std::vector<std::uint8_t>> shards(kCount);
  for (std::size_t i = 0; i < drawn.memory.size(); ++i) {
    auto& shard = shards[i / kShard];
    shard.insert(shard.end(), drawn.memory[i].begin(), drawn.memory[i].end());
  }
  ParameterStore parameters(network, plan(network, Use::kTraining));
  parameters.set(initial_parameters(network, 3));
  ThreadPool pool(2);
  Shards together(network, {.pictures = kShard, .most = 8}, parameters, pool);
  together.begin(kCount);
  together.reconstruct(
      [&](std::size_t shard) { return std::span<const std::uint8_t>(shards[shard]); });

  Executor alone(network, kShard, Precision::kF32, Use::kTraining);
  alone.set_parameters(parameters.get());
  std::vector<float> gradients(alone.trained());
  std::vector<double> sums(alone.trained());
  for (std::size_t i = 0; i < kCount; ++i) {
    alone.forward(shards[i]);
    const Difference difference = alone.backward(shards[i], gradients);
    const ShardResult& result = together.results()[i];
    EXPECT_EQ(result.difference.squared, difference.squared);
    EXPECT_TRUE(std::ranges::equal(result.gradients, gradients)) << i;
    EXPECT_TRUE(std::ranges::equal(result.moments, alone.moments())) << i;
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += static_cast<double>(gradients[k]);
  }
  add_gradients(together.results(), 0, 100);
  add_gradients(together.results(), 100, sums.size() - 100);
  for (std::size_t k = 0; k < sums.size(); ++k) {
    ASSERT_NEAR(together.results()[0].gradients[k], sums[k], 1e-5) << k;
  }
}

// Also where one network has fewer parameters and more shards.
TEST(Shards, ShareTheMemoryOfGradients) {
  const Network whole = compact_network(kSmallPicture, 4);
  Network encoder = whole;
  encoder.layers.resize(encoder.latent + 1);
  const TwoColours drawn(6);
  const auto pictures = [&](std::size_t shard) {
    return std::span<const std::uint8_t>(drawn.memory[shard]);
  };
  ParameterStore parameters(whole, plan(whole, Use::kTraining));
  parameters.set(initial_parameters(whole, 3));
  ThreadPool pool(2);
  const auto memory = std::make_shared<GradientMemory>();
  Shards two(whole, {.pictures = 1, .most = 2, .gradients = memory}, parameters, pool);
  Shards six(encoder, {.pictures = 1, .most = 6, .gradients = memory}, parameters, pool);
  EXPECT_EQ(memory->size(), 6U);
  two.begin(2);
  two.reconstruct(pictures);
  const auto first = two.results().front().gradients;
  const std::vector<float> kept(first.begin(), first.end());
  six.begin(6);
  const auto vectors = six.forward(pictures);
  six.backward(std::vector<float>(vectors.begin(), vectors.end()));
  EXPECT_EQ(six.results().front().gradients.data(), first.data());
  EXPECT_LT(six.results().front().gradients.size(), first.size());
  EXPECT_FALSE(std::ranges::equal(two.results().front().gradients, kept));
  two.begin(2);
  two.reconstruct(pictures);
  EXPECT_TRUE(std::ranges::equal(two.results().front().gradients, kept));
}

// In two halves, with more shards forward than there are executors.
TEST(Shards, GoBackFromTheirOwnWayForward) {
  Network network = compact_network(kSmallPicture, 4);
  network.layers.resize(network.latent + 1);
  const TwoColours drawn(6);
  ParameterStore parameters(network, plan(network, Use::kTraining));
  parameters.set(initial_parameters(network, 3));
  ThreadPool pool(2);
  Shards together(network, {.pictures = 1, .most = 6}, parameters, pool);
  together.begin(6);
  const auto vectors = together.forward(
      [&](std::size_t shard) { return std::span<const std::uint8_t>(drawn.memory[shard]); });
  const std::vector<float> gradient(vectors.begin(), vectors.end());
  together.backward(gradient);

  Executor alone(network, 1, Precision::kF32, Use::kTraining);
  alone.set_parameters(parameters.get());
  std::vector<float> gradients(alone.trained());
  for (std::size_t i = 0; i < 6; ++i) {
    alone.forward(drawn.memory[i]);
    alone.backward_from(alone.latents().floats(), gradients);
    EXPECT_TRUE(std::ranges::equal(together.results()[i].gradients, gradients)) << i;
  }
}

// Also where layers branch, and where nothing reaches some of them.
TEST(Executor, TellsOfGradientsWhenTheyAreWrittenAndNotBefore) {
  const TwoColours drawn(1);
  for (const Network& network :
       {compact_network(kSmallPicture, 4), xception_network(kSmallPicture, 4),
        parts_network(kSmallPicture, part_sizes(16))}) {
    Executor executor(network, 1, Precision::kF32, Use::kTraining);
    executor.set_parameters(initial_parameters(network, 1));
    std::vector<float> gradients(executor.trained(), 77.0F);
    std::vector<float> told(executor.trained());
    std::size_t first = executor.trained();
    std::size_t times = 0;
    executor.tell_after_each_step([&](std::size_t begin, std::size_t end) {
      if (begin == end) return;
      EXPECT_EQ(end, first);
      first = begin;
      ++times;
      std::copy(gradients.begin() + static_cast<std::ptrdiff_t>(begin),
                gradients.begin() + static_cast<std::ptrdiff_t>(end),
                told.begin() + static_cast<std::ptrdiff_t>(begin));
    });
    executor.forward(drawn.memory.front());
    EXPECT_EQ(times, 0U);
    (void)executor.backward(drawn.memory.front(), gradients);
    EXPECT_EQ(first, 0U);
    EXPECT_GT(times, 5U);
    EXPECT_EQ(told, gradients);
  }
}

TEST(Executor, ComputesInManyThreadsAsInOne) {
  const TwoColours drawn(40);
  const Network network = parts_network(kSmallPicture, part_sizes(16));
  Model model;
  model.network = network;
  model.parameters = initial_parameters(network, 1);
  const auto expected = embed(model, drawn.pictures, Precision::kF32, 1);
  std::vector<std::vector<float>> found(8);
  {
    std::vector<std::jthread> threads;
    threads.reserve(found.size());
    for (auto& latents : found) {
      threads.emplace_back([&] { latents = embed(model, drawn.pictures, Precision::kF32, 1); });
    }
  }
  for (const auto& latents : found) EXPECT_EQ(latents, expected);
}

}  // namespace
}  // namespace likeness
