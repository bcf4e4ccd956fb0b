#include "likeness/encoder/latents.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "likeness/base/interrupt.hpp"
#include "likeness/catalogue/lab_histogram.hpp"

namespace likeness {
namespace {

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

Embedder::Embedder(const Model& model, Precision precision)
    : picture_size_(model.network.input().size()),
      dimensions_(model.network.latent_size()),
      weights_(number_weights(model.parts)),
      encoder_(encoder_of(model.network), kBatch, precision, Use::kInference),
      batch_(kBatch * picture_size_) {
  encoder_.set_parameters(encoder_parameters(model.network, model.parameters));
}

std::span<const float> Embedder::unweighted(PicturesView pictures) {
  assert(pictures.size() <= kBatch);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    std::memcpy(batch_.data() + i * picture_size_, pictures[i].data(), picture_size_);
  }
  encoder_.forward(batch_);
  const auto values = encoder_.latents().floats().first(pictures.size() * dimensions_);
  latents_.assign(values.begin(), values.end());
  return latents_;
}

std::span<const float> Embedder::weighted(PicturesView pictures) {
  (void)unweighted(pictures);
  if (weights_.empty()) return latents_;
  for (std::size_t i = 0; i < latents_.size(); ++i) latents_[i] *= weights_[i % dimensions_];
  return latents_;
}

namespace {

// All rows of what `embed_batch` makes of a few pictures.
template <typename EmbedBatch>
std::vector<float> in_batches(const Pictures& pictures, const OnRead& on_read,
                              const EmbedBatch& embed_batch) {
  std::vector<float> latents;
  const PicturesView all(pictures);
  for (std::size_t begin = 0; begin < all.size(); begin += Embedder::kBatch) {
    stop_if_interrupted();
    const auto batch = all.subspan(begin, std::min(Embedder::kBatch, all.size() - begin));
    const auto rows = embed_batch(batch);
    latents.insert(latents.end(), rows.begin(), rows.end());
    if (on_read) on_read(batch.size());
  }
  return latents;
}

}  // namespace

std::vector<float> embed(const Model& model, const Pictures& pictures, Precision precision,
                         const OnRead& on_read) {
  Embedder embedder(model, precision);
  return in_batches(pictures, on_read,
                    [&](PicturesView batch) { return embedder.weighted(batch); });
}

std::vector<Part> measure_parts(const Model& model, const Pictures& pictures, Precision precision,
                                const OnRead& on_read) {
  if (model.parts.empty()) return {};
  const std::size_t count = std::min(kMostMeasured, pictures.size());
  Pictures sample;
  for (std::size_t i = 0; i < count; ++i) sample.push_back(pictures[i * pictures.size() / count]);
  Embedder embedder(model, precision);
  const auto rows =
      in_batches(sample, on_read, [&](PicturesView batch) { return embedder.unweighted(batch); });
  std::vector<Part> parts = model.parts;
  for (Part& part : parts) {
    part.spread = spread_of(part, rows, model.network.latent_size());
    if (part.name == kColourPart)
      part.weight *= colourfulness(sample, model.network.input(), on_read);
  }
  return parts;
}

}  // namespace likeness
