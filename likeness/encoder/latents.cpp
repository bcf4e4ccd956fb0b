#include "likeness/encoder/latents.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "likeness/base/interrupt.hpp"
#include "likeness/catalogue/lab_histogram.hpp"

namespace likeness {
namespace {

// Small enough that most of what a batch makes stays in the caches of a core.
constexpr std::size_t kBatch = 16;
constexpr std::size_t kMostMeasured = 1000;

// Where there is less colour than this, what is left is how light pictures are: noise beside shape.
constexpr double kColourful = 5.0;

// From 0 to 1.
float colourfulness(const Pictures& pictures, const Shape& picture, const OnRead& on_read) {
  const Size size{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)};
  double sum = 0.0;
  for (const auto pixels : pictures) {
    sum += static_cast<double>(chroma({.size = size, .pixels = pixels}));
    if (on_read) on_read(1);
  }
  return static_cast<float>(
      std::min(1.0, sum / (kColourful * static_cast<double>(pictures.size()))));
}

// The root of the summed variances of the numbers of a part.
float spread_of(const Part& part, std::span<const float> rows, std::size_t dimensions) {
  const std::size_t row_count = rows.size() / dimensions;
  const auto count = static_cast<double>(row_count);
  double variance = 0.0;
  for (std::size_t d = part.begin; d < part.begin + part.size; ++d) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = d; i < rows.size(); i += dimensions) {
      const auto value = static_cast<double>(rows[i]);
      sum += value;
      squares += value * value;
    }
    variance += std::max(0.0, squares / count - sum / count * (sum / count));
  }
  return static_cast<float>(std::sqrt(variance));
}

}  // namespace

Network encoder_of(const Network& network) {
  Network encoder = network;
  encoder.layers.resize(network.latent + 1);
  return encoder;
}

std::span<const float> encoder_parameters(const Network& network,
                                          std::span<const float> parameters) {
  std::size_t count = 0;
  for (const auto& parameter : parameters_of(encoder_of(network))) count += parameter.size();
  return parameters.first(count);
}

namespace {

std::vector<float> unweighted_latents(const Model& model, const Pictures& pictures,
                                      Precision precision, const OnRead& on_read) {
  const std::size_t size = model.network.input().size();
  const std::size_t dimensions = model.network.latent_size();
  Executor encoder(encoder_of(model.network), kBatch, precision, Use::kInference);
  encoder.set_parameters(encoder_parameters(model.network, model.parameters));
  std::vector<float> latents(pictures.size() * dimensions);
  std::vector<std::uint8_t> batch(kBatch * size);
  for (std::size_t begin = 0; begin < pictures.size(); begin += kBatch) {
    stop_if_interrupted();
    const std::size_t count = std::min(kBatch, pictures.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      std::memcpy(batch.data() + i * size, pictures[begin + i].data(), size);
    }
    encoder.forward(batch);
    const auto values = encoder.latents().floats().first(count * dimensions);
    std::ranges::copy(values, latents.begin() + static_cast<std::ptrdiff_t>(begin * dimensions));
    if (on_read) on_read(count);
  }
  return latents;
}

}  // namespace

std::vector<float> embed(const Model& model, const Pictures& pictures, Precision precision,
                         const OnRead& on_read) {
  auto latents = unweighted_latents(model, pictures, precision, on_read);
  if (model.parts.empty()) return latents;
  const auto weights = number_weights(model.parts);
  const std::size_t dimensions = weights.size();
  for (std::size_t i = 0; i < latents.size(); ++i) latents[i] *= weights[i % dimensions];
  return latents;
}

std::vector<Part> measure_parts(const Model& model, const Pictures& pictures, Precision precision,
                                const OnRead& on_read) {
  if (model.parts.empty()) return {};
  const std::size_t count = std::min(kMostMeasured, pictures.size());
  Pictures sample;
  for (std::size_t i = 0; i < count; ++i) sample.push_back(pictures[i * pictures.size() / count]);
  const auto rows = unweighted_latents(model, sample, precision, on_read);
  std::vector<Part> parts = model.parts;
  for (Part& part : parts) {
    part.spread = spread_of(part, rows, model.network.latent_size());
    if (part.name == kColourPart)
      part.weight *= colourfulness(sample, model.network.input(), on_read);
  }
  return parts;
}

}  // namespace likeness
