#include "likeness/shop/embedders.hpp"

#include <cstdint>
#include <span>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/embedding.hpp"

namespace likeness {

std::vector<float> Embedders::embed(const Image& record) const {
  std::unique_ptr<Embedder> embedder;
  {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      embedder = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!embedder) embedder = make(record);
  const std::span<const std::uint8_t> pixels(record.pixels);
  const auto latent = embedder->weighted(std::span(&pixels, 1));
  std::vector<float> result(latent.begin(), latent.end());
  const std::scoped_lock lock(mutex_);
  free_.push_back(std::move(embedder));
  return result;
}

std::unique_ptr<Embedder> Embedders::make(const Image& record) const {
  const Model model = read_model(files_.models() / stored_.file);
  if (model.checksum != stored_.weights && !stored_.weights.empty()) {
    throw Error(Error::Kind::kUnavailable,
                model.name + ": is another model by now: try again in a moment");
  }
  require_same_size(model, record.size);
  return std::make_unique<Embedder>(model, embedding_precision(), 1);
}

}  // namespace likeness
