// Adam (Kingma and Ba 2015) on what the shards of a step gave, and the running moments of the
// normalisations. The same for every number of threads: gradients are added along a fixed tree, and
// moments in the order of the shards.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/gradient_sum.hpp"
#include "likeness/encoder/parameter_store.hpp"
#include "likeness/encoder/ranks.hpp"
#include "likeness/encoder/shards.hpp"

namespace likeness {

class Optimiser {
 public:
  // Both must outlive it. Where several ranks train together all of them make the same calls, and
  // each moves its part of the parameters; `wire` is what gradients are sent as.
  Optimiser(ParameterStore& parameters, ThreadPool& pool, const Ranks& ranks = {},
            Precision wire = Precision::kF32);
  ~Optimiser() = default;
  Optimiser(const Optimiser&) = delete;
  Optimiser& operator=(const Optimiser&) = delete;
  Optimiser(Optimiser&&) = delete;
  Optimiser& operator=(Optimiser&&) = delete;

  struct Step {
    double learning_rate = 0.0;
    std::size_t number = 1;  // of Adam's steps, counted from 1
    // Of the trained parameters, those that move.
    std::size_t begin = 0;
    std::size_t end = 0;
    float scale = 1.0F;  // of the sum of the shards' gradients
  };
  // Moves by the gradients that these shards are going to have. Between several ranks what is
  // written is sent, and moves, while the rest is computed. What was begun before is finished.
  void begin(std::span<ShardResult> shards, const Step& step);
  // Between several ranks, AfterStep of those shards.
  void go_on(std::size_t worker, const Share& written);
  // The gradients are all written, and used up.
  void finish();
  // Running moments from `begin` on follow the mean of the shards': the first steps average over
  // what there has been, later ones over about 100 steps.
  void follow_moments(std::span<const ShardResult> shards, std::size_t begin,
                      std::size_t steps_before);

  // Each rank moves a part: now all have the moments of all parameters.
  void share_moments();
  // Of all trained parameters, in the order of the store.
  [[nodiscard]] std::vector<float>& first_moment() noexcept { return first_moment_; }
  [[nodiscard]] std::vector<float>& second_moment() noexcept { return second_moment_; }
  [[nodiscard]] const std::vector<float>& first_moment() const noexcept { return first_moment_; }
  [[nodiscard]] const std::vector<float>& second_moment() const noexcept { return second_moment_; }

 private:
  void move_range(std::size_t begin, std::span<float> sums);

  ParameterStore& parameters_;
  ThreadPool& pool_;
  std::vector<float> first_moment_;
  std::vector<float> second_moment_;
  std::vector<float> means_;                   // of the shards' moments
  std::unique_ptr<GradientSum> gradient_sum_;  // none, where a process is alone
  // What is begun and not finished; no shards: nothing is.
  std::span<ShardResult> shards_;
  Step step_;
};

}  // namespace likeness
