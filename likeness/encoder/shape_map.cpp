#include "likeness/encoder/shape_map.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "likeness/encoder/classic_parts.hpp"
#include "likeness/encoder/contrast_start.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/discriminants.hpp"
#include "likeness/neighbours/mutual.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostMapped = 2048;  // pictures; 8,192 gave no better map

// (rows, numbers): the first numbers of each row of (rows, all).
std::vector<float> first_numbers(const Rows& rows, std::size_t numbers) {
  std::vector<float> first;
  first.reserve(rows.count() * numbers);
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto row = rows.row(i).first(numbers);
    first.insert(first.end(), row.begin(), row.end());
  }
  return first;
}

// What each row differs from its neighbours by; a row of zeros where none has any.
std::vector<float> differences_of(const Rows& rows, std::span<const std::size_t> neighbours) {
  const std::size_t alike = neighbours.size() / rows.count();
  std::vector<float> differences;
  differences.reserve(neighbours.size() * rows.dimensions());
  for (std::size_t k = 0; k < neighbours.size(); ++k) {
    const std::size_t i = k / alike;
    if (neighbours[k] == i) continue;
    std::ranges::transform(rows.row(i), rows.row(neighbours[k]), std::back_inserter(differences),
                           std::minus());
  }
  if (differences.empty()) differences.resize(rows.dimensions());
  return differences;
}

// The first dense layer of the decoder reads numbers that tell what it read before: of shape as
// far as the way back knows it, and the colours as they were.
std::vector<float> dense_behind(std::span<const float> dense, std::size_t outputs,
                                std::size_t colours, const WayBack& back) {
  const std::size_t shapes = back.offset.size();
  const std::size_t kept = back.directions.size() / shapes;
  const std::size_t inputs = shapes + colours;
  std::vector<float> parameters;
  parameters.reserve(outputs * (kept + colours + 1));
  std::vector<float> biases(dense.begin() + static_cast<std::ptrdiff_t>(outputs * inputs),
                            dense.end());
  for (std::size_t row = 0; row < outputs; ++row) {
    const auto weights = dense.subspan(row * inputs, inputs);
    for (std::size_t k = 0; k < kept; ++k) {
      const auto of_number = std::span(back.directions).subspan(k * shapes, shapes);
      parameters.push_back(
          std::inner_product(of_number.begin(), of_number.end(), weights.begin(), 0.0F));
    }
    parameters.insert(parameters.end(), weights.end() - static_cast<std::ptrdiff_t>(colours),
                      weights.end());
    biases[row] =
        std::inner_product(back.offset.begin(), back.offset.end(), weights.begin(), biases[row]);
  }
  parameters.insert(parameters.end(), biases.begin(), biases.end());
  return parameters;
}

// All of a mapped_network(), in the order of its layers.
std::vector<float> mapped_parameters(const Model& trained, const LinearMap& map,
                                     const WayBack& back) {
  const Network& network = trained.network;
  const PartsLayers layers = parts_layers(network);
  const auto of_layers = [&](std::size_t first, std::size_t end) {
    const std::size_t begin = parameters_before(network, first);
    return std::span(trained.parameters).subspan(begin, parameters_before(network, end) - begin);
  };
  const std::size_t decoder = network.latent + 1;  // its first dense layer
  const std::size_t colours = network.layers[layers.colours].output.c;
  std::vector<float> parameters;
  const auto append = [&](std::span<const float> more) {
    parameters.insert(parameters.end(), more.begin(), more.end());
  };
  append(of_layers(0, layers.colours));
  append(dense_parameters(map, map.count()));
  append(of_layers(layers.colours, decoder));
  append(dense_behind(of_layers(decoder, decoder + 1), network.layers[decoder].output.c, colours,
                      back));
  append(of_layers(decoder + 1, network.layers.size()));
  return parameters;
}

}  // namespace

Model map_shape(const Model& trained, std::size_t latent_size, const Pictures& pictures,
                Precision precision, std::size_t threads, const LookingOptions& options) {
  const Network& network = trained.network;
  const PartsLayers layers = parts_layers(network);
  const auto size_of = [&](std::size_t layer) { return network.layers[layer].output.c; };
  const PartSizes sizes{.learned = size_of(layers.learned),
                        .gradients = size_of(layers.gradients),
                        .colours = size_of(layers.colours)};

  const auto [sample, of_sample] = sample_of(pictures, kMostMapped, options);
  Model measured = trained;
  measured.parts = parts_of(network);
  const auto parts = measure_parts(measured, sample, precision, threads, of_sample);
  measured.parts.clear();
  // What is mapped, and weighted, what neighbours are found by.
  auto latents = embed(measured, sample, precision, threads, of_sample);
  const std::size_t shape_size = sizes.learned + sizes.gradients;
  const auto shapes = first_numbers(Rows(latents, network.latent_size()), shape_size);
  const auto weights = number_weights(parts);
  for (std::size_t i = 0; i < latents.size(); ++i) latents[i] *= weights[i % weights.size()];
  const auto neighbours =
      mutual_neighbours(Rows(latents, network.latent_size()), alike_among(sample.size()), threads);

  const Rows rows(shapes, shape_size);
  const auto differences = differences_of(rows, neighbours);
  const LinearMap map =
      fit_discriminants(rows, Rows(differences, shape_size), latent_size - sizes.colours, threads);
  auto kept = map.project(rows, threads);
  to_unit_length(kept, map.count());

  Model mapped = std::move(measured);
  mapped.network = mapped_network(network.input(), sizes, latent_size);
  mapped.parameters = mapped_parameters(trained, map, fit_way_back(Rows(kept, map.count()), rows));
  mapped.parts = parts_of(mapped.network);
  mapped.parts = measure_parts(mapped, sample, precision, threads, of_sample);
  return mapped;
}

}  // namespace likeness
