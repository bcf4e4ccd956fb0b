#include "likeness/shop/embedders.hpp"

#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/pretrained_model.hpp"

namespace likeness {

BroughtPicture Embedders::bring(std::span<const std::byte> file, const StoredPack& pack) const {
  Image record = record_of(file, pack);
  // No other looks at originals, and so need not be read for that.
  if (stored_.network != kPretrainedNetwork) return {.record = std::move(record)};
  return {.record = std::move(record), .larger = originals(pack).of_file(file)};
}

std::vector<float> Embedders::embed(std::span<const BroughtPicture> pictures) const {
  std::unique_ptr<Embedder> embedder;
  {
    const std::scoped_lock lock(mutex_);
    if (!free_.empty()) {
      embedder = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!embedder) embedder = make(pictures.front().record);
  std::vector<float> latents = likeness::embed(*embedder, pictures);
  const std::scoped_lock lock(mutex_);
  free_.push_back(std::move(embedder));
  return latents;
}

std::span<const Part> Embedders::parts() const {
  const std::scoped_lock lock(mutex_);
  if (!parts_) parts_ = read().parts;
  return *parts_;
}

Originals& Embedders::originals(const StoredPack& pack) const {
  const std::scoped_lock lock(mutex_);
  if (!originals_) originals_.emplace(pretrained_of(read().network), pack);
  return *originals_;
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
