// What several ranks do together, in each of the processes that mpirun starts (ranks_test.py has
// whole trainings).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/contrast_loss.hpp"
#include "likeness/encoder/gradient_sum.hpp"
#include "likeness/encoder/ranks.hpp"

namespace likeness {
namespace {

const Ranks& together() {
  static const Ranks ranks = Ranks::join({});
  return ranks;
}

class Meeting : public testing::Environment {
 public:
  void SetUp() override { ASSERT_GT(together().count(), 1U) << "start it by mpirun"; }
  void TearDown() override { together().leave(); }
};

// gtest's from then on. NOLINTNEXTLINE(cppcoreguidelines-owning-memory)
const auto* const kMeeting = testing::AddGlobalTestEnvironment(new Meeting());

std::vector<float> unit_rows(std::size_t rows, std::size_t dimensions) {
  Random random(7);
  std::vector<float> z(rows * dimensions);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = std::span(z).subspan(i * dimensions, dimensions);
    double square = 0.0;
    for (float& value : row) {
      value = static_cast<float>(random.uniform(-1.0, 1.0));
      square += static_cast<double>(value) * static_cast<double>(value);
    }
    for (float& value : row) value /= static_cast<float>(std::sqrt(square));
  }
  return z;
}

TEST(Together, EachRankComputesItsRowsOfTheLossAndNoOthers) {
  constexpr std::size_t kRows = 20;
  constexpr std::size_t kDimensions = 7;
  constexpr std::size_t kBlock = 2;
  constexpr float kUntouched = 77.0F;
  const auto z = unit_rows(kRows, kDimensions);
  ThreadPool pool(2);
  ContrastLoss::Options options{.rows = kRows, .dimensions = kDimensions, .block = kBlock};
  std::vector<float> expected(z.size());
  const double expected_loss = ContrastLoss(options, pool).run(z, expected);

  options.ranks = together();
  std::vector<float> gradient(z.size(), kUntouched);
  EXPECT_EQ(ContrastLoss(options, pool).run(z, gradient), expected_loss);
  const Share own = together().share_of(kRows / kBlock);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const bool is_own = own.holds(i / kDimensions / kBlock);
    EXPECT_EQ(gradient[i], is_own ? expected[i] : kUntouched) << i;
  }
}

// Three pieces of the parameters, of which the first ones do not move.
struct Sums {
  static constexpr std::size_t kParameters = 300'001;
  static constexpr Share kRange{.begin = 7, .end = kParameters};

  explicit Sums(std::size_t shards, Precision wire = Precision::kF32)
      : gradients(shards, std::vector<float>(kParameters)), results(shards), own(shards) {
    own = together().share_of(shards);
    Random random(3);
    for (auto& values : gradients) {
      for (float& value : values) value = static_cast<float>(random.uniform(-1.0, 1.0));
    }
    all = gradients;
    for (std::size_t i = own.begin; i < own.end; ++i) results[i].gradients = gradients[i];
    sum = std::make_unique<GradientSum>(
        GradientSum::Options{.ranks = together(),
                             .wire = wire,
                             .weights = weights,
                             .move = [this](std::size_t begin, std::span<float> sums) {
                               for (std::size_t i = 0; i < sums.size(); ++i)
                                 weights[begin + i] = 1.0F + sums[i];
                               std::fill_n(moved.begin() + static_cast<std::ptrdiff_t>(begin),
                                           sums.size(), static_cast<float>(together().rank() + 1));
                             }});
  }

  void written(const Share& written) const {
    for (std::size_t i = 0; i < own.size(); ++i) sum->written(written);
  }

  // What one process makes of them.
  std::vector<float> expected() {
    for (std::size_t i = 0; i < all.size(); ++i) results[i].gradients = all[i];
    add_gradients(results, kRange.begin, kRange.size());
    std::vector<float> moved_weights(kParameters);
    for (std::size_t i = kRange.begin; i < kRange.end; ++i) moved_weights[i] = 1.0F + all[0][i];
    return moved_weights;
  }

  std::vector<std::vector<float>> gradients, all;
  std::vector<ShardResult> results;
  Share own;
  std::vector<float> weights = std::vector<float>(kParameters);
  std::vector<float> moved = std::vector<float>(kParameters);  // by which rank
  std::unique_ptr<GradientSum> sum;
};

TEST(Together, WhatIsWrittenMovesWhileTheRestIsComputed) {
  constexpr std::size_t kHalf = 200'000;
  for (const std::size_t shards : {2U, 5U, 8U}) {  // of two, one of three ranks has none
    Sums sums(shards);
    sums.sum->begin(sums.results, Sums::kRange);
    sums.written({.begin = kHalf, .end = Sums::kParameters});
    const bool has_any = sums.own.size() > 0;
    together().wait([&] {
      sums.sum->go_on();
      return sums.weights.back() != 0.0F;
    });
    if (has_any) {  // without it the others may have written all of theirs by now
      EXPECT_EQ(sums.weights[kHalf], 0.0F);  // of a piece that is written in part
      EXPECT_EQ(sums.weights[kHalf / 2], 0.0F);
      sums.written({.begin = 0, .end = kHalf});
    }
    sums.sum->finish();
    EXPECT_EQ(sums.weights, sums.expected()) << shards;
  }
}

TEST(Together, ARoundFollowsARoundThatWasNotFinished) {
  Sums sums(3);
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = sums.own.begin; i < sums.own.end; ++i) sums.gradients[i] = sums.all[i];
    sums.sum->begin(sums.results, Sums::kRange);
    sums.written({.begin = 0, .end = Sums::kParameters});
    sums.sum->begin(sums.results, {.begin = 0, .end = 3});
    EXPECT_EQ(sums.weights.back(),
              1.0F + sums.all[0].back() + sums.all[1].back() + sums.all[2].back());
    sums.written({.begin = 0, .end = 3});
  }
  sums.sum->finish();
  EXPECT_NE(sums.weights.front(), 0.0F);
}

TEST(Together, EachRankMovesAPartAndAllGetIt) {
  Sums sums(4);
  sums.sum->begin(sums.results, Sums::kRange);
  sums.written({.begin = 0, .end = Sums::kParameters});
  sums.sum->finish();
  const auto others = std::ranges::count(sums.moved, 0.0F);
  EXPECT_GE(others, static_cast<std::ptrdiff_t>(Sums::kParameters / 3));
  sums.sum->gather(sums.moved);
  for (std::size_t rank = 0; rank < together().count(); ++rank) {
    EXPECT_GT(std::ranges::count(sums.moved, static_cast<float>(rank + 1)),
              static_cast<std::ptrdiff_t>(Sums::kParameters / 4));
  }
  EXPECT_EQ(std::ranges::count(sums.moved, 0.0F), 7);
}

TEST(Together, Bf16OnTheWireIsRoundedAndTheSameEverywhere) {
  Sums sums(5, Precision::kBf16);
  sums.sum->begin(sums.results, Sums::kRange);
  sums.written({.begin = 0, .end = Sums::kParameters});
  sums.sum->finish();
  const auto exact = sums.expected();
  EXPECT_NE(sums.weights, exact);
  for (std::size_t i = 0; i < exact.size(); ++i) ASSERT_NEAR(sums.weights[i], exact[i], 0.05) << i;
  auto of_first = sums.weights;
  together().broadcast(of_first);
  EXPECT_EQ(sums.weights, of_first);
}

}  // namespace
}  // namespace likeness
