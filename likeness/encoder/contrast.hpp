// Learning by contrast: the learned part of "parts" is to put views of a picture, and of pictures
// that are alike, near each other and away from all others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/encoder/contrast_loss.hpp"
#include "likeness/encoder/executor.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/views.hpp"

namespace likeness {

// docs/quality.md says what else was tried.
struct ContrastOptions {
  float temperature = 0.4F;
  // A picture's partner is itself or one of so many neighbours, each as often. There is one for
  // every hundred pictures at most: in a small catalogue the fifth nearest is nothing like it.
  std::size_t alike = 5;
  ViewLimits views{};
  // A contrast needs many pictures at once, and costs less a picture than the decoder: of each
  // batch one in so many is reconstructed.
  std::size_t pairs_for_one_reconstructed = 4;
};

// What is found in the pictures before any training.
struct ContrastStart {
  // All parameters: drawn from the seed, but for the principal components of the classic parts.
  std::vector<float> parameters;
  // (pictures, alike): for each position its nearest others by gradient histogram, as places in
  // `positions`; a picture for which none were looked for is its own.
  std::vector<std::size_t> neighbours;
  std::size_t alike = 0;
};

// Looks at no more than 50,000 of the positions, evenly spread.
[[nodiscard]] ContrastStart start_contrast(const Network& parts_network, const Pictures& pictures,
                                           std::span<const std::size_t> positions,
                                           std::size_t alike, std::uint64_t seed,
                                           const OnRead& on_read);

class ContrastLearner {
 public:
  // `pairs` >= 2; pictures and positions must outlive it.
  ContrastLearner(const Network& parts_network, const Pictures& pictures,
                  std::span<const std::size_t> positions, ContrastStart start,
                  const ContrastOptions& options, std::size_t pairs, Precision precision,
                  OnRead on_read);

  // What learns: the network up to its learned part. Its parameters are the network's first.
  [[nodiscard]] Executor& executor() noexcept { return executor_; }
  [[nodiscard]] std::size_t pairs() const noexcept { return pairs_; }

  // One step, forwards and backwards, for `pairs` places in the positions: two views of each
  // picture, or one of it and one of a neighbour, drawn from the seed. Returns the loss; the
  // executor has the gradients.
  double step(std::span<const std::size_t> places, std::uint64_t seed);

 private:
  void draw_views(std::span<const std::size_t> places, std::uint64_t seed);

  const Pictures& pictures_;
  std::span<const std::size_t> positions_;
  ContrastStart start_;
  ViewLimits limits_;
  OnRead on_read_;
  std::size_t pairs_;
  Shape picture_;
  Executor executor_;
  ContrastLoss loss_;
  std::vector<std::uint8_t> views_;
  std::vector<float> gradient_;
};

}  // namespace likeness
