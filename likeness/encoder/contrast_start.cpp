#include "likeness/encoder/contrast_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "likeness/base/error.hpp"
#include "likeness/encoder/classic_parts.hpp"
#include "likeness/encoder/initial.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/mutual.hpp"

namespace likeness {
namespace {

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
  to_unit_length(shapes, map.count());
  return shapes;
}

// (places, numbers): what the teacher sees, of length 1.
std::vector<float> seen_by(const TeacherLook& teacher, std::span<const std::size_t> positions,
                           std::span<const std::size_t> places) {
  std::vector<std::size_t> looked_at;
  looked_at.reserve(places.size());
  for (const std::size_t place : places) looked_at.push_back(positions[place]);
  auto rows = teacher(looked_at);
  to_unit_length(rows, rows.size() / places.size());
  return rows;
}

// (places, left and right numbers): row i of both, side by side.
std::vector<float> side_by_side(std::span<const float> left, std::span<const float> right,
                                std::size_t places) {
  const Rows lefts(left, left.size() / places);
  const Rows rights(right, right.size() / places);
  std::vector<float> both;
  both.reserve(left.size() + right.size());
  for (std::size_t i = 0; i < places; ++i) {
    both.insert(both.end(), lefts.row(i).begin(), lefts.row(i).end());
    both.insert(both.end(), rights.row(i).begin(), rights.row(i).end());
  }
  return both;
}

// Of few pictures the last directions tell noise, which half whitening makes loud: they give 0.
LinearMap map_of_few(LinearMap map, std::size_t pictures) {
  constexpr std::size_t kPicturesForOneDirection = 40;
  constexpr std::size_t kDirectionsOfFew = 52;
  const std::size_t kept = std::max(kDirectionsOfFew, pictures / kPicturesForOneDirection);
  if (kept < map.count()) {
    std::ranges::fill(std::span(map.directions).subspan(kept * map.dimensions), 0.0F);
  }
  return map;
}

}  // namespace

ContrastStart start_contrast(const Network& parts_network, const ChosenPictures& from,
                             const ContrastOptions& options, std::uint64_t seed, ThreadPool& pool) {
  const std::size_t count = from.positions.size();
  const auto places = evenly(kMostLookedAt, count);
  ContrastStart start{.parameters = initial_parameters(parts_network, seed),
                      .neighbours = {},
                      .alike = alike_among(places.size(), options.alike)};
  const PartsLayers layers = parts_layers(parts_network);
  const auto size_of = [&](std::size_t layer) { return parts_network.layers[layer].output.c; };
  const Looker looker(from, parts_network.input(), pool);
  put_map(fit_colours(looker, size_of(layers.colours)), parts_network, layers.colours,
          start.parameters);
  const LinearMap map = fit_shapes(looker, std::max(kUsualDirections, size_of(layers.gradients)),
                                   options.views, seed);
  put_map(map_of_few(map, places.size()), parts_network, layers.gradients, start.parameters);
  if (options.teacher && start.alike == 0) {
    throw Error(Error::Kind::kInput,
                fmt::format("{} pictures are too few to learn from a teacher: {} are possible",
                            places.size(), kPicturesForOneAlike));
  }
  auto seen = shapes_of(map, looker, places, pool.threads());
  if (options.teacher) {
    seen = side_by_side(seen, seen_by(options.teacher, from.positions, places), places.size());
  }
  const auto neighbours =
      mutual_neighbours(Rows(seen, seen.size() / places.size()), start.alike, pool.threads());
  start.neighbours.reserve(count * start.alike);
  for (std::size_t place = 0; place < count; ++place) {
    start.neighbours.insert(start.neighbours.end(), start.alike, place);
  }
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    start.neighbours[places[i / start.alike] * start.alike + i % start.alike] =
        places[neighbours[i]];
  }
  return start;
}

}  // namespace likeness
