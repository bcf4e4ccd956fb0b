// The encoder of a shop for several threads, each of which has its own while it uses it: what a new
// picture is described by while the shop is served. Made when they are needed, and kept.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

class Embedders {
 public:
  Embedders(ShopFiles files, StoredModel model)
      : files_(std::move(files)), stored_(std::move(model)) {}

  [[nodiscard]] const StoredModel& model() const noexcept { return stored_; }
  // The latents of pictures, as the shop's are: N x D, row i for records[i], N > 0; by one thread.
  // Records as of record_of(). Error::kUnavailable if the model's file is another by now.
  [[nodiscard]] std::vector<float> embed(std::span<const Image> records) const;
  // Of the model's latents; read once. Errors as of embed().
  [[nodiscard]] std::span<const Part> parts() const;

 private:
  [[nodiscard]] Model read() const;
  [[nodiscard]] std::unique_ptr<Embedder> make(const Image& record) const;

  ShopFiles files_;
  StoredModel stored_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Embedder>> free_;
  mutable std::optional<std::vector<Part>> parts_;
};

}  // namespace likeness
