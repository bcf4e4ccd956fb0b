#include "likeness/encoder/latents.hpp"

#include <algorithm>
#include <cmath>

#include "likeness/base/work.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/encoder/classic_parts.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostMeasured = 1000;
constexpr std::size_t kBlockThatIsTold = 64;

// Where there is less colour than this, what is left is how light pictures are: noise beside shape.
constexpr double kColourful = 5.0;

// Of the pictures from the one at `begin` on.
FindLarger shifted(const FindLarger& find_larger, std::size_t begin) {
  if (!find_larger) return {};
  return [&find_larger, begin](std::size_t i) { return find_larger(begin + i); };
}

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

Embedder::Embedder(const Model& model, Precision precision, std::size_t threads)
    : dimensions_(model.network.latent_size()),
      weights_(number_weights(model.parts)),
      pool_(threads),
      inference_(encoder_of(model.network), precision, pool_) {
  inference_.set_parameters(encoder_parameters(model.network, model.parameters));
}

std::span<const float> Embedder::unweighted(PicturesView pictures, const FindLarger& find_larger) {
  constexpr std::size_t kBatch = Inference::kBatch;
  latents_.resize(pictures.size() * dimensions_);
  pool_.run((pictures.size() + kBatch - 1) / kBatch, [&](std::size_t i, std::size_t worker) {
    const std::size_t begin = i * kBatch;
    const auto batch = pictures.subspan(begin, std::min(kBatch, pictures.size() - begin));
    const auto rows = std::span(latents_).subspan(begin * dimensions_, batch.size() * dimensions_);
    const FindLarger of_batch = shifted(find_larger, begin);
    const Executor& encoder = inference_.look_at(batch, worker, of_batch).network;
    std::ranges::copy(encoder.latents().floats().first(rows.size()), rows.begin());
  });
  return latents_;
}

std::span<const float> Embedder::weighted(PicturesView pictures, const FindLarger& find_larger) {
  (void)unweighted(pictures, find_larger);
  if (weights_.empty()) return latents_;
  for (std::size_t i = 0; i < latents_.size(); ++i) latents_[i] *= weights_[i % dimensions_];
  return latents_;
}

PictureSample sample_of(const Pictures& pictures, std::size_t most, const LookingOptions& options) {
  PictureSample sample{.pictures = {}, .options = options};
  const auto places = evenly(most, pictures.size());
  sample.pictures.reserve(places.size());
  for (const std::size_t place : places) sample.pictures.push_back(pictures[place]);
  if (options.find_larger) {
    sample.options.find_larger = [places, find = options.find_larger](std::size_t i) {
      return find(places[i]);
    };
  }
  return sample;
}

std::vector<float> embed(const Model& model, const Pictures& pictures, Precision precision,
                         std::size_t threads, const LookingOptions& options) {
  Embedder embedder(model, precision, threads);
  std::vector<float> latents;
  latents.reserve(pictures.size() * model.network.latent_size());
  // They may lie far apart, and then each brings pages round it into memory: who wants to know what
  // has been read is told soon.
  const std::size_t block_size = options.on_read ? kBlockThatIsTold : Embedder::kBlock;
  const PicturesView all(pictures);
  for (std::size_t begin = 0; begin < all.size(); begin += block_size) {
    stop_if_asked(options.stop);
    const auto block = all.subspan(begin, std::min(block_size, all.size() - begin));
    const auto rows = embedder.weighted(block, shifted(options.find_larger, begin));
    latents.insert(latents.end(), rows.begin(), rows.end());
    if (options.on_read) options.on_read(block.size());
  }
  return latents;
}

std::vector<Part> measure_spreads(const Model& model, const Pictures& pictures, Precision precision,
                                  std::size_t threads, const LookingOptions& options) {
  if (model.parts.empty()) return {};
  const auto [sample, of_sample] = sample_of(pictures, kMostMeasured, options);
  Model unweighted = model;
  unweighted.parts.clear();
  const auto rows = embed(unweighted, sample, precision, threads, of_sample);
  std::vector<Part> parts = model.parts;
  for (Part& part : parts) part.spread = spread_of(part, rows, model.network.latent_size());
  return parts;
}

std::vector<Part> measure_parts(const Model& model, const Pictures& pictures, Precision precision,
                                std::size_t threads, const LookingOptions& options) {
  auto parts = measure_spreads(model, pictures, precision, threads, options);
  const auto sample = sample_of(pictures, kMostMeasured, options).pictures;
  for (Part& part : parts) {
    if (part.name == kColourPart)
      part.weight *= colourfulness(sample, model.network.input(), options.on_read);
  }
  return parts;
}

}  // namespace likeness
