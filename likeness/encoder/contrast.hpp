// Learning by contrast: the learned part of "parts" is to put views of a picture, and of pictures
// that are alike, near each other and away from all others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/encoder/contrast_loss.hpp"
#include "likeness/encoder/contrast_start.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/shards.hpp"

namespace likeness {

class ContrastLearner {
 public:
  struct Options {
    ContrastOptions contrast;
    std::size_t pairs = 0;        // of a batch, at least 2
    std::size_t shard_pairs = 0;  // a divisor of it: a shard has so many pairs' number of views
    Precision precision = Precision::kF32;
    Ranks ranks{};
    std::shared_ptr<GradientMemory> gradients{};
    AfterStep after_step{};
  };

  // Computes with these parameters, of the network. The pool must outlive it.
  ContrastLearner(const Network& parts_network, ChosenPictures from, ContrastStart start,
                  const Options& options, const ParameterStore& parameters, ThreadPool& pool);

  // Shards of the network up to its learned part. Its parameters are the network's first.
  [[nodiscard]] Shards& shards() noexcept { return shards_; }

  // A step's way forward for `pairs` places in the positions: two views of each picture, or one of
  // it and one of a neighbour, drawn from the seed. Returns the loss.
  double forward(std::span<const std::size_t> places, std::uint64_t seed);
  // And its way back, after which the shards have the gradients, which are to be added.
  void backward() { shards_.backward(gradient_); }

 private:
  [[nodiscard]] std::span<const std::uint8_t> draw_views(std::size_t shard);
  void draw_row(std::size_t row);

  ChosenPictures from_;
  ContrastStart start_;
  ViewLimits limits_;
  std::size_t pairs_;
  Shape picture_;
  Shards shards_;
  ContrastLoss loss_;
  ShardPictures views_of_;
  std::vector<std::uint8_t> views_;  // row i and row pairs + i are the views of pair i
  std::vector<float> gradient_;      // by the vectors, of the own shards
  // Of the step at work.
  std::span<const std::size_t> places_;
  std::uint64_t seed_ = 0;
};

}  // namespace likeness
