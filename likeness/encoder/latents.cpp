#include "likeness/encoder/latents.hpp"

#include <algorithm>
#include <cstring>

#include "likeness/base/interrupt.hpp"

namespace likeness {
namespace {

constexpr std::size_t kBatch = 32;

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

std::vector<float> embed(const Model& model, const Pictures& pictures, Precision precision,
                         const std::function<void(std::size_t)>& on_progress) {
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
    on_progress(count);
  }
  return latents;
}

}  // namespace likeness
