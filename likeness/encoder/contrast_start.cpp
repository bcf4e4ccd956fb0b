#include "likeness/encoder/contrast_start.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>

#include "likeness/base/random.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/discriminants.hpp"
#include "likeness/neighbours/pca.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostLookedAt = 50'000;
constexpr std::size_t kMostViewed = 8'192;  // pictures that directions of shape are fitted to
constexpr std::size_t kPicturesForOneAlike = 100;
constexpr std::size_t kBlock = 64;
// Neighbours are looked for with more directions than the descriptor keeps.
constexpr std::size_t kDirectionsForNeighbours = 88;

// So many of `count` things, evenly spread.
std::vector<std::size_t> evenly(std::size_t chosen, std::size_t count) {
  std::vector<std::size_t> places(chosen);
  for (std::size_t i = 0; i < chosen; ++i) places[i] = i * count / chosen;
  return places;
}

// Looks at pictures of which places say the positions.
class Looker {
 public:
  Looker(const ContrastPictures& from, const Shape& picture, ThreadPool& pool)
      : from_(from),
        size_{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)},
        bytes_(picture.size()),
        pool_(pool) {}

  // (places, numbers): row i is what describe(picture, i) gives for the picture at places[i].
  template <typename Describe>
  [[nodiscard]] std::vector<float> rows(std::span<const std::size_t> places, std::size_t numbers,
                                        const Describe& describe) const {
    std::vector<float> rows(places.size() * numbers);
    // In blocks between which the pages of the pictures can be let go.
    for (std::size_t first = 0; first < places.size(); first += kBlock) {
      const std::size_t block = std::min(kBlock, places.size() - first);
      pool_.run(block, [&](std::size_t i, std::size_t) {
        const auto picture = from_.pictures[from_.positions[places[first + i]]];
        std::ranges::copy(describe(picture, first + i),
                          rows.begin() + static_cast<std::ptrdiff_t>((first + i) * numbers));
      });
      if (from_.on_read) from_.on_read(block);
    }
    return rows;
  }

  [[nodiscard]] std::vector<float> pyramids(std::span<const std::size_t> places) const {
    return rows(places, kPyramidNumbers, [&](std::span<const std::uint8_t> picture, std::size_t) {
      return gradient_pyramid(view_of(picture));
    });
  }

  // What the pyramids of two views of each picture differ by.
  [[nodiscard]] std::vector<float> differences(std::span<const std::size_t> places,
                                               const ViewLimits& limits, std::uint64_t seed) const {
    return rows(places, kPyramidNumbers,
                [&](std::span<const std::uint8_t> picture, std::size_t row) {
                  Random random(seed * 0xd1b54a32d192ed03ULL + row);
                  auto numbers = pyramid_of_view(picture, limits, random);
                  const auto others = pyramid_of_view(picture, limits, random);
                  std::ranges::transform(numbers, others, numbers.begin(), std::minus());
                  return numbers;
                });
  }

  [[nodiscard]] std::vector<float> colours(std::span<const std::size_t> places) const {
    return rows(places, kLabNumbers, [&](std::span<const std::uint8_t> picture, std::size_t) {
      return lab_histogram(view_of(picture));
    });
  }

 private:
  [[nodiscard]] PixelView view_of(std::span<const std::uint8_t> picture) const {
    return {.size = size_, .pixels = picture};
  }
  [[nodiscard]] std::vector<float> pyramid_of_view(std::span<const std::uint8_t> picture,
                                                   const ViewLimits& limits, Random& random) const {
    std::vector<std::uint8_t> view(bytes_);
    draw_view(picture, static_cast<std::size_t>(size_.height),
              static_cast<std::size_t>(size_.width), limits, random, view);
    return gradient_pyramid(view_of(view));
  }

  const ContrastPictures& from_;
  Size size_;
  std::size_t bytes_;
  ThreadPool& pool_;
};

// The dense layer that does what the map's first directions do.
void put_map(const LinearMap& map, const Network& network, std::size_t layer,
             std::vector<float>& parameters) {
  auto to = parameters.begin();
  for (std::size_t before = 0; before < layer; ++before) {
    for (const auto& parameter : parameters_of(network, before)) {
      to += static_cast<std::ptrdiff_t>(parameter.size());
    }
  }
  const std::size_t count = network.layers[layer].output.c;
  assert(network.layers[network.layers[layer].inputs.front()].output.size() == map.dimensions);
  const auto weights = std::span(map.directions).first(count * map.dimensions);
  to = std::ranges::copy(weights, to).out;
  for (std::size_t row = 0; row < count; ++row) {
    const auto direction = weights.subspan(row * map.dimensions, map.dimensions);
    *to++ = static_cast<float>(
        -std::inner_product(direction.begin(), direction.end(), map.mean.begin(), 0.0));
  }
}

// (places, directions): each picture's shape as a vector of length 1.
std::vector<float> shapes_of(const LinearMap& map, const Looker& looker,
                             std::span<const std::size_t> places, std::size_t threads) {
  constexpr std::size_t kAtOnce = 1024;  // their pyramids are 8 MB
  std::vector<float> shapes;
  shapes.reserve(places.size() * map.count());
  for (std::size_t first = 0; first < places.size(); first += kAtOnce) {
    const auto part = places.subspan(first, std::min(kAtOnce, places.size() - first));
    const auto pyramids = looker.pyramids(part);
    const auto projected = map.project(Rows(pyramids, map.dimensions), threads);
    shapes.insert(shapes.end(), projected.begin(), projected.end());
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto shape = std::span(shapes).subspan(i * map.count(), map.count());
    const float square = std::inner_product(shape.begin(), shape.end(), shape.begin(), 0.0F);
    const float length = std::max(kShortestVector, std::sqrt(square));
    for (float& number : shape) number /= length;
  }
  return shapes;
}

bool contains(std::span<const Neighbour> nearest, std::size_t item) {
  return std::ranges::find(nearest, item, &Neighbour::item) != nearest.end();
}

void find_neighbours(const Rows& shapes, std::span<const std::size_t> places, std::size_t threads,
                     ContrastStart& start) {
  if (start.alike == 0) return;
  const Search search(shapes, {.method = SearchOptions::Method::kExact, .threads = threads});
  const auto nearest = search.nearest(shapes, {.count = 2 * start.alike + 1, .threads = threads});
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::size_t* const to = start.neighbours.data() + places[i] * start.alike;
    std::size_t seen = 0;
    for (const Neighbour& neighbour : nearest[i]) {
      if (neighbour.item == i) continue;
      if (seen == start.alike) break;
      if (contains(nearest[neighbour.item], i)) to[seen] = places[neighbour.item];
      ++seen;
    }
  }
}

}  // namespace

ContrastStart start_contrast(const Network& parts_network, const ContrastPictures& from,
                             const ContrastOptions& options, std::uint64_t seed, ThreadPool& pool) {
  const std::size_t count = from.positions.size();
  const auto places = evenly(std::min(count, kMostLookedAt), count);
  ContrastStart start{.parameters = initial_parameters(parts_network, seed),
                      .neighbours = {},
                      .alike = std::min(options.alike, places.size() / kPicturesForOneAlike)};
  start.neighbours.reserve(count * start.alike);
  for (std::size_t place = 0; place < count; ++place) {
    start.neighbours.insert(start.neighbours.end(), start.alike, place);
  }
  const PartsLayers layers = parts_layers(parts_network);
  const auto size_of = [&](std::size_t layer) { return parts_network.layers[layer].output.c; };
  const Looker looker(from, parts_network.input(), pool);
  {
    const auto colours = looker.colours(places);
    put_map(fit_pca(Rows(colours, kLabNumbers), size_of(layers.colours), pool.threads()),
            parts_network, layers.colours, start.parameters);
  }
  const auto viewed = evenly(std::min(count, kMostViewed), count);
  const LinearMap map = fit_discriminants(
      Rows(looker.pyramids(viewed), kPyramidNumbers),
      Rows(looker.differences(viewed, options.views, seed), kPyramidNumbers),
      std::max(kDirectionsForNeighbours, size_of(layers.gradients)), pool.threads());
  put_map(map, parts_network, layers.gradients, start.parameters);
  const auto shapes = shapes_of(map, looker, places, pool.threads());
  find_neighbours(Rows(shapes, map.count()), places, pool.threads(), start);
  return start;
}

}  // namespace likeness
