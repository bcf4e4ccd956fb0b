#include "likeness/encoder/contrast.hpp"

#include <cassert>
#include <utility>

#include "likeness/base/random.hpp"
#include "likeness/encoder/parts.hpp"

namespace likeness {
namespace {

Network learned_layers(const Network& network) {
  Network learned = network;
  learned.latent = parts_layers(network).learned;
  learned.layers.resize(learned.latent + 1);
  return learned;
}

}  // namespace

ContrastLearner::ContrastLearner(const Network& parts_network, ChosenPictures from,
                                 ContrastStart start, const Options& options,
                                 const ParameterStore& parameters, ThreadPool& pool)
    : from_(std::move(from)),
      start_(std::move(start)),
      limits_(options.contrast.views),
      pairs_(options.pairs),
      picture_(parts_network.input()),
      shards_(learned_layers(parts_network),
              {.pictures = 2 * options.shard_pairs,
               .most = options.pairs / options.shard_pairs,
               .precision = options.precision,
               .ranks = options.ranks,
               .gradients = options.gradients,
               .after_step = options.after_step},
              parameters, pool),
      loss_({.rows = 2 * pairs_,
             .dimensions = shards_.executor().latents().shape.c,
             .temperature = options.contrast.temperature,
             .block = shards_.pictures(),
             .ranks = options.ranks},
            pool),
      views_of_([this](std::size_t shard) { return draw_views(shard); }),
      views_(2 * pairs_ * picture_.size()),
      gradient_(2 * pairs_ * shards_.executor().latents().shape.c) {
  assert(options.pairs % options.shard_pairs == 0);
}

// Row and pair have numbers of their own, so that they do not depend on who draws them.
void ContrastLearner::draw_row(std::size_t row) {
  const std::size_t pair = row % pairs_;
  std::size_t place = places_[pair];
  if (row >= pairs_) {
    Random partner(seed_ * 0x9e3779b97f4a7c15ULL + pair);
    const std::size_t which = partner.below(start_.alike + 1);  // 0: the picture itself
    if (which > 0) place = start_.neighbours[place * start_.alike + which - 1];
  }
  Random random(seed_ * 0xd1b54a32d192ed03ULL + row);
  draw_view(from_.pictures[from_.positions[place]], picture_.h, picture_.w, limits_, random,
            std::span(views_).subspan(row * picture_.size(), picture_.size()));
  if (from_.on_read) from_.on_read(1);
}

std::span<const std::uint8_t> ContrastLearner::draw_views(std::size_t shard) {
  const std::size_t rows = shards_.pictures();
  for (std::size_t row = shard * rows; row < (shard + 1) * rows; ++row) draw_row(row);
  return std::span(views_).subspan(shard * rows * picture_.size(), rows * picture_.size());
}

double ContrastLearner::forward(std::span<const std::size_t> places, std::uint64_t seed) {
  assert(places.size() == pairs_);
  places_ = places;
  seed_ = seed;
  shards_.begin(2 * pairs_ / shards_.pictures());
  return loss_.run(shards_.forward(views_of_), gradient_);
}

}  // namespace likeness
