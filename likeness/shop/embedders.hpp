// The encoder of a shop for several threads, each of which has its own while it uses it: what a new
// picture is described by while the shop is served. Made when they are needed, and kept.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/originals.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

class Embedders {
 public:
  Embedders(ShopFiles files, StoredModel model)
      : files_(std::move(files)), stored_(std::move(model)) {}

  [[nodiscard]] const StoredModel& model() const noexcept { return stored_; }
  // A picture's file as the model looks at it. Error::kInput, without its name, for one that cannot
  // be used; kUnavailable if the model's file is another by now.
  [[nodiscard]] BroughtPicture bring(std::span<const std::byte> file, const StoredPack& pack) const;
  // The latents of such pictures, as the shop's are: N x D, N > 0; by one thread. Error::
  // kUnavailable as above.
  [[nodiscard]] std::vector<float> embed(std::span<const BroughtPicture> pictures) const;
  // Of the model's latents; read once. Errors as of embed().
  [[nodiscard]] std::span<const Part> parts() const;

 private:
  [[nodiscard]] Model read() const;
  [[nodiscard]] std::unique_ptr<Embedder> make(const Image& record) const;
  [[nodiscard]] Originals& originals(const StoredPack& pack) const;

  ShopFiles files_;
  StoredModel stored_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Embedder>> free_;
  mutable std::optional<std::vector<Part>> parts_;
  mutable std::optional<Originals> originals_;
};

}  // namespace likeness
