#include "likeness/encoder/contrast.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "likeness/base/random.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/pca.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostLookedAt = 50'000;
constexpr std::size_t kPicturesForOneAlike = 100;
constexpr std::size_t kBlock = 64;
// Neighbours are looked for with more components than the descriptor keeps.
constexpr std::size_t kComponentsForNeighbours = 88;

Network learned_layers(const Network& network) {
  Network learned = network;
  learned.latent = parts_layers(network).learned;
  learned.layers.resize(learned.latent + 1);
  return learned;
}

using ClassicDescriptor = std::vector<float> (*)(const PixelView&);

// (chosen, numbers): row i describes the picture at chosen[i].
std::vector<float> describe(ClassicDescriptor descriptor, std::size_t numbers,
                            const ContrastPictures& from, std::span<const std::size_t> chosen,
                            const Shape& picture, ThreadPool& pool) {
  const Size size{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)};
  std::vector<float> rows(chosen.size() * numbers);
  // In blocks between which the pages of the pictures can be let go.
  for (std::size_t first = 0; first < chosen.size(); first += kBlock) {
    const std::size_t block = std::min(kBlock, chosen.size() - first);
    pool.run(block, [&](std::size_t i, std::size_t) {
      std::ranges::copy(descriptor({.size = size, .pixels = from.pictures[chosen[first + i]]}),
                        rows.begin() + static_cast<std::ptrdiff_t>((first + i) * numbers));
    });
    if (from.on_read) from.on_read(block);
  }
  return rows;
}

// The dense layer that projects onto the first principal components.
void put_components(const Pca& pca, const Network& network, std::size_t layer,
                    std::vector<float>& parameters) {
  auto to = parameters.begin();
  for (std::size_t before = 0; before < layer; ++before) {
    for (const auto& parameter : parameters_of(network, before)) {
      to += static_cast<std::ptrdiff_t>(parameter.size());
    }
  }
  const std::size_t count = network.layers[layer].output.c;
  const auto weights = std::span(pca.components).first(count * pca.dimensions);
  to = std::ranges::copy(weights, to).out;
  for (std::size_t row = 0; row < count; ++row) {
    double bias = 0.0;
    for (std::size_t i = 0; i < pca.dimensions; ++i) {
      bias -=
          static_cast<double>(weights[row * pca.dimensions + i]) * static_cast<double>(pca.mean[i]);
    }
    *to++ = static_cast<float>(bias);
  }
}

// The places of each row's nearest others, as indices of `chosen`.
void find_neighbours(const Rows& rows, std::span<const std::size_t> chosen, std::size_t threads,
                     ContrastStart& start) {
  if (start.alike == 0) return;
  const Search search(rows, {.method = SearchOptions::Method::kExact, .threads = threads});
  const auto nearest = search.nearest(rows, {.count = start.alike + 1, .threads = threads});
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::size_t* to = start.neighbours.data() + chosen[i] * start.alike;
    std::size_t left = start.alike;
    for (const Neighbour& neighbour : nearest[i]) {
      if (neighbour.item == i || left == 0) continue;
      *to++ = chosen[neighbour.item];
      --left;
    }
  }
}

}  // namespace

ContrastStart start_contrast(const Network& parts_network, const ContrastPictures& from,
                             std::size_t alike, std::uint64_t seed, ThreadPool& pool) {
  const auto positions = from.positions;
  const std::size_t count = std::min(positions.size(), kMostLookedAt);
  std::vector<std::size_t> places(count);
  std::vector<std::size_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) {
    places[i] = i * positions.size() / count;
    chosen[i] = positions[places[i]];
  }
  ContrastStart start{.parameters = initial_parameters(parts_network, seed),
                      .neighbours = {},
                      .alike = std::min(alike, count / kPicturesForOneAlike)};
  for (std::size_t place = 0; place < positions.size(); ++place) {
    start.neighbours.insert(start.neighbours.end(), start.alike, place);
  }
  const PartsLayers layers = parts_layers(parts_network);
  const Shape picture = parts_network.input();
  const auto size_of = [&](std::size_t layer) { return parts_network.layers[layer].output.c; };
  {
    const auto colours = describe(lab_histogram, kLabNumbers, from, chosen, picture, pool);
    put_components(fit_pca(Rows(colours, kLabNumbers), size_of(layers.colours), pool.threads()),
                   parts_network, layers.colours, start.parameters);
  }
  const auto gradients =
      describe(gradient_histogram, kGradientNumbers, from, chosen, picture, pool);
  const Pca pca =
      fit_pca(Rows(gradients, kGradientNumbers),
              std::max(kComponentsForNeighbours, size_of(layers.gradients)), pool.threads());
  put_components(pca, parts_network, layers.gradients, start.parameters);
  const auto projected = pca.project(Rows(gradients, kGradientNumbers), pool.threads());
  find_neighbours(Rows(projected, pca.variances.size()), places, pool.threads(), start);
  return start;
}

ContrastLearner::ContrastLearner(const Network& parts_network, ContrastPictures from,
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
               .precision = options.precision},
              parameters, pool),
      loss_(2 * pairs_, shards_.executor().latents().shape.c, options.contrast.temperature, pool),
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
}

std::span<const std::uint8_t> ContrastLearner::draw_views(std::size_t shard) {
  const std::size_t rows = shards_.pictures();
  for (std::size_t row = shard * rows; row < (shard + 1) * rows; ++row) draw_row(row);
  return std::span(views_).subspan(shard * rows * picture_.size(), rows * picture_.size());
}

double ContrastLearner::step(std::span<const std::size_t> places, std::uint64_t seed) {
  assert(places.size() == pairs_);
  places_ = places;
  seed_ = seed;
  const auto vectors = shards_.forward(2 * pairs_ / shards_.pictures(), views_of_);
  if (from_.on_read) from_.on_read(2 * pairs_);
  const double loss = loss_.run(vectors, gradient_);
  shards_.backward(gradient_);
  return loss;
}

}  // namespace likeness
