#include "likeness/encoder/contrast.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "likeness/base/random.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/compute/parallel_ranges.hpp"
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

// Calls body(i), which reads so many pictures, for each i below `count`: by all threads, in blocks
// between which the pages of the pictures can be let go.
template <typename Body>
void in_blocks(std::size_t count, std::size_t pictures, const OnRead& on_read, const Body& body) {
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t block = std::min(kBlock, count - first);
    parallel_ranges(block, 1, [&](std::size_t begin, std::size_t end, std::size_t) {
      for (std::size_t i = begin; i < end; ++i) body(first + i);
    });
    if (on_read) on_read(block * pictures);
  }
}

using ClassicDescriptor = std::vector<float> (*)(const PixelView&);

// (chosen, numbers): row i describes the picture at chosen[i].
std::vector<float> describe(ClassicDescriptor descriptor, std::size_t numbers,
                            const Pictures& pictures, std::span<const std::size_t> chosen,
                            const Shape& picture, const OnRead& on_read) {
  const Size size{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)};
  std::vector<float> rows(chosen.size() * numbers);
  in_blocks(chosen.size(), 1, on_read, [&](std::size_t i) {
    std::ranges::copy(descriptor({.size = size, .pixels = pictures[chosen[i]]}),
                      rows.begin() + static_cast<std::ptrdiff_t>(i * numbers));
  });
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
void find_neighbours(const Rows& rows, std::span<const std::size_t> chosen, ContrastStart& start) {
  if (start.alike == 0) return;
  const Search search(rows,
                      {.method = SearchOptions::Method::kExact, .threads = compute_threads()});
  const auto nearest =
      search.nearest(rows, {.count = start.alike + 1, .threads = compute_threads()});
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

ContrastStart start_contrast(const Network& parts_network, const Pictures& pictures,
                             std::span<const std::size_t> positions, std::size_t alike,
                             std::uint64_t seed, const OnRead& on_read) {
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
    const auto colours = describe(lab_histogram, kLabNumbers, pictures, chosen, picture, on_read);
    put_components(fit_pca(Rows(colours, kLabNumbers), size_of(layers.colours), compute_threads()),
                   parts_network, layers.colours, start.parameters);
  }
  const auto gradients =
      describe(gradient_histogram, kGradientNumbers, pictures, chosen, picture, on_read);
  const Pca pca =
      fit_pca(Rows(gradients, kGradientNumbers),
              std::max(kComponentsForNeighbours, size_of(layers.gradients)), compute_threads());
  put_components(pca, parts_network, layers.gradients, start.parameters);
  const auto projected = pca.project(Rows(gradients, kGradientNumbers), compute_threads());
  find_neighbours(Rows(projected, pca.variances.size()), places, start);
  return start;
}

ContrastLearner::ContrastLearner(const Network& parts_network, const Pictures& pictures,
                                 std::span<const std::size_t> positions, ContrastStart start,
                                 const ContrastOptions& options, std::size_t pairs,
                                 Precision precision, OnRead on_read)
    : pictures_(pictures),
      positions_(positions),
      start_(std::move(start)),
      limits_(options.views),
      on_read_(std::move(on_read)),
      pairs_(pairs),
      picture_(parts_network.input()),
      executor_(learned_layers(parts_network), 2 * pairs, precision, Use::kTraining),
      loss_(2 * pairs, executor_.latents().shape.c, options.temperature),
      views_(2 * pairs * picture_.size()),
      gradient_(executor_.latents().shape.size()) {}

void ContrastLearner::draw_views(std::span<const std::size_t> places, std::uint64_t seed) {
  assert(places.size() == pairs_);
  const std::size_t bytes = picture_.size();
  in_blocks(pairs_, 2, on_read_, [&](std::size_t i) {
    // Each pair has numbers of its own, so that it does not depend on who draws it.
    Random random(seed * 0x9e3779b97f4a7c15ULL + i);
    const std::size_t which = random.below(start_.alike + 1);  // 0: the picture itself
    const std::size_t other =
        which == 0 ? places[i] : start_.neighbours[places[i] * start_.alike + which - 1];
    const auto draw = [&](std::size_t place, std::size_t row) {
      draw_view(pictures_[positions_[place]], picture_.h, picture_.w, limits_, random,
                std::span(views_).subspan(row * bytes, bytes));
    };
    draw(places[i], i);
    draw(other, pairs_ + i);
  });
}

double ContrastLearner::step(std::span<const std::size_t> places, std::uint64_t seed) {
  draw_views(places, seed);
  executor_.forward(views_);
  const double loss = loss_.run(executor_.latents().floats(), gradient_);
  executor_.backward_from(gradient_);
  return loss;
}

}  // namespace likeness
