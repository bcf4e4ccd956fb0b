#include "likeness/encoder/parts.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/encoder/compact.hpp"

namespace likeness {
namespace {

// How the numbers are shared, and how much each run counts: docs/quality.md says what else was
// tried.
constexpr std::size_t kColourOf128 = 24;
constexpr float kShapeWeight = 0.7071F;  // of each of its two runs: 1 together
constexpr float kColourWeight = 0.58F;
constexpr float kMappedColourWeight = 0.54F;
constexpr float kLeastSpread = 1e-6F;
constexpr std::size_t kMostOfMap = 3;  // layers: descriptor, dense, unit length

std::size_t learned_part(NetworkBuilder& b, std::size_t pyramid, std::size_t size) {
  auto x = b.luma();
  x = activated(b, b.convolution(x, {.out = 16, .kernel = 12, .stride = 4, .bias = false}));
  for (const std::size_t filters : {32U, 64U}) {
    x = activated(b, b.convolution(x, {.out = filters, .stride = 2, .bias = false}));
  }
  constexpr std::size_t kHidden = 512;
  const auto of_pixels = b.dense(b.reshape(x, {.c = b.shape(x).size()}), kHidden);
  x = activated(b, b.sum(of_pixels, b.dense(pyramid, kHidden)));
  return b.unit_length(b.dense(x, size));
}

struct Runs {
  std::size_t learned = 0;
  std::size_t edges = 0;
};

Runs add_shapes(NetworkBuilder& b, const PartSizes& sizes) {
  const auto pyramid = b.gradient_pyramid();
  const auto learned = learned_part(b, pyramid, sizes.learned);
  return {.learned = learned, .edges = b.unit_length(b.dense(pyramid, sizes.gradients))};
}

std::size_t add_colours(NetworkBuilder& b, const PartSizes& sizes) {
  return b.unit_length(b.dense(b.fine_lab_histogram(), sizes.colours));
}

// "encoder/26/dense" becomes "encoder/25/dense".
void rename_by_position(Layer& layer, std::size_t position) {
  const std::size_t first = layer.name.find('/');
  if (first == std::string::npos) return;  // the input
  const std::size_t second = layer.name.find('/', first + 1);
  layer.name.replace(first + 1, second - first - 1, std::to_string(position));
}

// The dense layer that gives a part.
std::size_t dense_of(const Network& network, std::size_t part) {
  const Layer& layer = network.layers[part];
  return layer.kind == LayerKind::kUnitLength ? layer.inputs.front() : part;
}

}  // namespace

PartSizes part_sizes(std::size_t latent_size) {
  assert(latent_size >= kFewestNumbers);
  const std::size_t colours = std::min(kLabNumbers, (latent_size * kColourOf128 + 64) / 128);
  const std::size_t gradients = std::min(kPyramidNumbers, (latent_size - colours) / 2);
  return {.learned = latent_size - colours - gradients, .gradients = gradients, .colours = colours};
}

PartSizes trained_sizes(std::size_t latent_size) {
  PartSizes sizes = part_sizes(latent_size);
  sizes.gradients = std::max(kUsualDirections, sizes.gradients);
  return sizes;
}

Network parts_network(Shape picture, const PartSizes& sizes) {
  NetworkBuilder b("parts", picture);
  const auto [learned, edges] = add_shapes(b, sizes);
  const auto latent = b.descriptor({learned, edges, add_colours(b, sizes)});
  add_compact_decoder(b, latent, picture);
  return std::move(b).finish(latent);
}

Network mapped_network(Shape picture, const PartSizes& sizes, std::size_t latent_size) {
  assert(latent_size > sizes.colours);
  NetworkBuilder b("parts", picture);
  const auto [learned, edges] = add_shapes(b, sizes);
  const auto shape =
      b.unit_length(b.dense(b.descriptor({learned, edges}), latent_size - sizes.colours));
  const auto latent = b.descriptor({shape, add_colours(b, sizes)});
  add_compact_decoder(b, latent, picture);
  return std::move(b).finish(latent);
}

Network trained_network(const Network& network) {
  const auto inputs_of = [&](std::size_t layer, LayerKind kind) -> std::span<const std::size_t> {
    if (network.layers[layer].kind != kind) return {};
    return network.layers[layer].inputs;
  };
  const auto runs = inputs_of(network.latent, LayerKind::kDescriptor);
  if (runs.size() != 2) return network;
  const auto shape = inputs_of(dense_of(network, runs.front()), LayerKind::kDense);
  if (shape.empty()) return network;
  const auto of_shape = inputs_of(shape.front(), LayerKind::kDescriptor);
  if (of_shape.size() != 2) return network;
  // The map: from the descriptor of the two runs to what it makes of them.
  const std::size_t dropped = runs.front() + 1 - shape.front();
  const auto is_dropped = [&](std::size_t layer) {
    return layer >= shape.front() && layer <= runs.front();
  };
  const auto kept = [&](std::size_t layer) {
    return layer <= runs.front() ? layer : layer - dropped;
  };
  if (dropped > kMostOfMap || is_dropped(runs.back())) return network;
  Network trained{.name = network.name, .layers = {}, .latent = kept(network.latent)};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (is_dropped(i)) continue;
    Layer layer = network.layers[i];
    // A network of somebody else's file may read the map elsewhere, too.
    if (i != network.latent && std::ranges::any_of(layer.inputs, is_dropped)) return network;
    for (std::size_t& input : layer.inputs) input = kept(input);
    rename_by_position(layer, trained.layers.size());
    trained.layers.push_back(std::move(layer));
  }
  Layer& descriptor = trained.layers[trained.latent];
  descriptor.inputs = {of_shape.front(), of_shape.back(), kept(runs.back())};
  descriptor.output.c = 0;
  for (const std::size_t run : descriptor.inputs) {
    descriptor.output.c += trained.layers[run].output.c;
  }
  return trained;
}

std::vector<float> number_weights(std::span<const Part> parts) {
  std::vector<float> weights;
  for (const Part& part : parts) {
    // Where all pictures are the same in it, nothing is to be divided by.
    const float weight = part.spread > kLeastSpread ? part.weight / part.spread : part.weight;
    weights.insert(weights.end(), part.size, weight);
  }
  return weights;
}

std::vector<Part> parts_of(const Network& network) {
  const auto& runs = network.layers[network.latent].inputs;
  std::vector<Part> parts;
  std::size_t begin = 0;
  const auto add = [&](const char* name, float weight) {
    const std::size_t size = network.layers[runs[parts.size()]].output.c;
    parts.push_back({.name = name, .begin = begin, .size = size, .weight = weight});
    begin += size;
  };
  if (runs.size() == 2) {
    add(kShapePart, 1.0F);
    add(kColourPart, kMappedColourWeight);
    return parts;
  }
  (void)parts_layers(network);
  add(kShapePart, kShapeWeight);
  add(kShapePart, kShapeWeight);
  add(kColourPart, kColourWeight);
  return parts;
}

PartsLayers parts_layers(const Network& network) {
  const Layer& descriptor = network.layers[network.latent];
  if (descriptor.kind != LayerKind::kDescriptor || descriptor.inputs.size() != 3) {
    throw Error(Error::Kind::kInput,
                network.name + ": has no parts: only the network \"parts\" is trained by contrast");
  }
  return {.learned = descriptor.inputs[0],
          .gradients = dense_of(network, descriptor.inputs[1]),
          .colours = dense_of(network, descriptor.inputs[2])};
}

}  // namespace likeness
