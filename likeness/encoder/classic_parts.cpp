#include "likeness/encoder/classic_parts.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>

#include "likeness/base/random.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/neighbours/discriminants.hpp"

namespace likeness {
namespace {

constexpr std::size_t kBlock = 32;
constexpr double kLeastVariance = 1e-6;  // and of the largest; below it there is only noise

}  // namespace

std::vector<std::size_t> evenly(std::size_t most, std::size_t count) {
  std::vector<std::size_t> places(std::min(most, count));
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i * count / places.size();
  return places;
}

Looker::Looker(const ChosenPictures& from, const Shape& picture, ThreadPool& pool)
    : from_(from),
      size_{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)},
      bytes_(picture.size()),
      pool_(pool) {}

std::vector<float> Looker::rows(std::span<const std::size_t> places, std::size_t numbers,
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

std::vector<float> Looker::pyramids(std::span<const std::size_t> places) const {
  return rows(places, kPyramidNumbers, [&](std::span<const std::uint8_t> picture, std::size_t) {
    return gradient_pyramid(view_of(picture));
  });
}

std::vector<float> Looker::differences(std::span<const std::size_t> places,
                                       const ViewLimits& limits, std::uint64_t seed) const {
  return rows(places, kPyramidNumbers, [&](std::span<const std::uint8_t> picture, std::size_t row) {
    Random random(seed * 0xd1b54a32d192ed03ULL + row);
    auto numbers = pyramid_of_view(picture, limits, random);
    const auto others = pyramid_of_view(picture, limits, random);
    std::ranges::transform(numbers, others, numbers.begin(), std::minus());
    return numbers;
  });
}

std::vector<float> Looker::colours(std::span<const std::size_t> places) const {
  return rows(places, kLabNumbers, [&](std::span<const std::uint8_t> picture, std::size_t) {
    return fine_lab_histogram(view_of(picture));
  });
}

PixelView Looker::view_of(std::span<const std::uint8_t> picture) const {
  return {.size = size_, .pixels = picture};
}

std::vector<float> Looker::pyramid_of_view(std::span<const std::uint8_t> picture,
                                           const ViewLimits& limits, Random& random) const {
  std::vector<std::uint8_t> view(bytes_);
  draw_view(picture, static_cast<std::size_t>(size_.height), static_cast<std::size_t>(size_.width),
            limits, random, view);
  return gradient_pyramid(view_of(view));
}

LinearMap fit_colours(const Looker& looker, std::size_t directions) {
  const auto colours = looker.colours(evenly(kMostLookedAt, looker.pictures()));
  const Rows rows(colours, kLabNumbers);
  return half_whitened(fit_pca(rows, directions, looker.threads()), rows, looker.threads());
}

LinearMap fit_shapes(const Looker& looker, std::size_t directions, const ViewLimits& views,
                     std::uint64_t seed) {
  const auto viewed = evenly(kMostViewed, looker.pictures());
  const auto pyramids = looker.pyramids(viewed);
  const auto differences = looker.differences(viewed, views, seed);
  const Rows items(pyramids, kPyramidNumbers);
  return half_whitened(
      fit_discriminants(items, Rows(differences, kPyramidNumbers), directions, looker.threads()),
      items, looker.threads());
}

LinearMap half_whitened(const LinearMap& map, const Rows& rows, std::size_t threads) {
  LinearMap half = map;
  const auto projected = map.project(rows, threads);
  std::vector<double> variances(map.count());
  for (std::size_t i = 0; i < projected.size(); ++i) {  // the mean was taken away
    variances[i % map.count()] +=
        static_cast<double>(projected[i]) * static_cast<double>(projected[i]);
  }
  for (double& variance : variances) variance /= static_cast<double>(rows.count());
  const double least = std::max(kLeastVariance * std::ranges::max(variances), kLeastVariance);
  for (std::size_t k = 0; k < map.count(); ++k) {
    const double scale = 1.0 / std::sqrt(std::sqrt(std::max(variances[k], least)));
    for (float& number : std::span(half.directions).subspan(k * map.dimensions, map.dimensions)) {
      number *= static_cast<float>(scale);
    }
  }
  return half;
}

void to_unit_length(std::vector<float>& rows, std::size_t numbers) {
  for (std::size_t begin = 0; begin < rows.size(); begin += numbers) {
    const auto row = std::span(rows).subspan(begin, numbers);
    const float square = std::inner_product(row.begin(), row.end(), row.begin(), 0.0F);
    const float length = std::max(kShortestVector, std::sqrt(square));
    for (float& number : row) number /= length;
  }
}

std::size_t parameters_before(const Network& network, std::size_t layer) {
  std::size_t count = 0;
  for (std::size_t before = 0; before < layer; ++before) {
    for (const auto& parameter : parameters_of(network, before)) count += parameter.size();
  }
  return count;
}

std::vector<float> dense_parameters(const LinearMap& map, std::size_t count) {
  const auto weights = std::span(map.directions).first(count * map.dimensions);
  std::vector<float> parameters(weights.begin(), weights.end());
  parameters.reserve(weights.size() + count);
  for (std::size_t row = 0; row < count; ++row) {
    const auto direction = weights.subspan(row * map.dimensions, map.dimensions);
    parameters.push_back(static_cast<float>(
        -std::inner_product(direction.begin(), direction.end(), map.mean.begin(), 0.0)));
  }
  return parameters;
}

void put_map(const LinearMap& map, const Network& network, std::size_t layer,
             std::vector<float>& parameters) {
  assert(network.layers[network.layers[layer].inputs.front()].output.size() == map.dimensions);
  std::ranges::copy(
      dense_parameters(map, network.layers[layer].output.c),
      parameters.begin() + static_cast<std::ptrdiff_t>(parameters_before(network, layer)));
}

}  // namespace likeness
