#include "likeness/shop/embedders.hpp"

#include <cstdint>
#include <span>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/shop/embedding.hpp"

namespace likeness {
namespace {

std::vector<std::span<const std::uint8_t>> pixels_of(std::span<const Image> records) {
  std::vector<std::span<const std::uint8_t>> pixels;
  pixels.reserve(records.size());
  for (const Image& record : records) pixels.emplace_back(record.pixels);
  return pixels;
}

}  // namespace

std::vector<float> Embedders::embed(std::span<const Image> records) const {
  std::unique_ptr<Embedder> embedder;
  {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      embedder = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!embedder) embedder = make(records.front());
  const std::vector<std::span<const std::uint8_t>> pictures = pixels_of(records);
  const auto latents = embedder->weighted(pictures);
  std::vector<float> result(latents.begin(), latents.end());
  const std::scoped_lock lock(mutex_);
  free_.push_back(std::move(embedder));
  return result;
}

std::span<const Part> Embedders::parts() const {
  const std::scoped_lock lock(mutex_);
  if (!parts_) parts_ = read().parts;
  return *parts_;
}

Model Embedders::read() const {
  Model model = read_model(files_.models() / stored_.file);
  if (model.checksum != stored_.weights && !stored_.weights.empty()) {
    throw Error(Error::Kind::kUnavailable,
                model.name + ": is another model by now: try again in a moment");
  }
  return model;
}

std::unique_ptr<Embedder> Embedders::make(const Image& record) const {
  const Model model = read();
  require_same_size(model, record.size);
  return std::make_unique<Embedder>(model, embedding_precision(), 1);
}

}  // namespace likeness
