#include "likeness/encoder/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/encoder/memory_plan.hpp"
#include "tests/encoder/picture_shapes.hpp"

namespace likeness {
namespace {

std::size_t count(const Plan& plan, StepKind kind) {
  return static_cast<std::size_t>(std::ranges::count(plan.steps, kind, &Step::kind));
}

TEST(Plan, LeavesNoUpsamplingInXception) {
  const Plan training = plan(xception_network(kUsualPicture, 10), Use::kTraining);
  EXPECT_EQ(count(training, StepKind::kUpsampling), 0U);
  EXPECT_EQ(std::ranges::count(training.steps, WeightForm::kUpsampled, &Step::form), 3);
  EXPECT_EQ(std::ranges::count(training.steps, WeightForm::kPhases, &Step::form), 1);
}

TEST(Plan, DrawsNormalisationsIntoConvolutionsForInferenceOnly) {
  const auto network = xception_network(kUsualPicture, 10);
  EXPECT_EQ(count(plan(network, Use::kInference), StepKind::kNormalisation), 0U);
  const auto layers = static_cast<std::size_t>(
      std::ranges::count(network.layers, LayerKind::kBatchNormalisation, &Layer::kind));
  EXPECT_EQ(count(plan(network, Use::kTraining), StepKind::kNormalisation), layers);
}

TEST(Plan, KeepsANormalisationThatOthersReadAlongside) {
  NetworkBuilder b("shared", kUsualPicture);
  const auto x = b.convolution(0, {.out = 3});
  const auto y = b.sum(b.normalisation(x), x);  // the convolution's own output is needed too
  const auto latent = b.dense(b.reshape(y, {.c = b.shape(y).size()}), 2);
  const auto end = b.reshape(b.dense(latent, kUsualPicture.size()), kUsualPicture);
  EXPECT_EQ(end, b.reshape(end, kUsualPicture) - 1);
  const Plan inference = plan(std::move(b).finish(latent), Use::kInference);
  EXPECT_EQ(count(inference, StepKind::kNormalisation), 1U);
}

TEST(Plan, RefusesAReshapeThatNoDenseLayerMade) {
  NetworkBuilder b("reshaped", kUsualPicture);
  const auto latent = b.dense(b.reshape(0, {.c = kUsualPicture.size()}), 2);
  const auto x = b.reshape(b.convolution(0, {.out = 4, .stride = 2}), {.c = 1, .h = 80, .w = 60});
  (void)b.convolution(x, {.out = 3});
  EXPECT_THROW((void)plan(std::move(b).finish(latent), Use::kTraining), Error);
}

TEST(Plan, RefusesADescriptorOfWhatIsNotExact) {
  for (const bool exact : {true, false}) {
    NetworkBuilder b("parts", kUsualPicture);
    auto part = b.dense(b.gradient_histogram(), 4);
    if (!exact) part = b.normalisation(part);
    const auto latent = b.descriptor({part});
    const Network network = std::move(b).finish(latent);
    if (exact) {
      EXPECT_NO_THROW((void)plan(network, Use::kInference));
    } else {
      EXPECT_THROW((void)plan(network, Use::kInference), Error);
    }
  }
}

TEST(MemoryPlan, NeverLetsTwoLivingBuffersOverlap) {
  Random random(4);
  std::vector<Lifetime> lifetimes;
  std::size_t total = 0;
  for (int i = 0; i < 200; ++i) {
    const auto first = random.below(100);
    lifetimes.push_back(
        {.bytes = random.below(5000), .first = first, .last = first + random.below(12)});
    total += lifetimes.back().bytes;
  }
  const MemoryPlan memory = plan_memory(lifetimes);
  for (std::size_t a = 0; a < lifetimes.size(); ++a) {
    EXPECT_EQ(memory.offsets[a] % 64, 0U);
    EXPECT_LE(memory.offsets[a] + lifetimes[a].bytes, memory.bytes);
    for (std::size_t b = 0; b < a; ++b) {
      const bool together =
          lifetimes[a].first <= lifetimes[b].last && lifetimes[b].first <= lifetimes[a].last;
      const bool apart = memory.offsets[a] + lifetimes[a].bytes <= memory.offsets[b] ||
                         memory.offsets[b] + lifetimes[b].bytes <= memory.offsets[a];
      EXPECT_TRUE(!together || apart) << a << " " << b;
    }
  }
  EXPECT_LT(memory.bytes, total / 4);
}

}  // namespace
}  // namespace likeness
