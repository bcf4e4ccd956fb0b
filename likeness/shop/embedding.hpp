// What embedding the items of a shop and embedding any other picture have in common: both must
// give the same latent for the same picture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

[[nodiscard]] Precision embedding_precision();

// Error::kInput if the model is one of pictures of another size.
void require_same_size(const Model& model, Size shop);

// A picture's file as the shop's pictures are. Error::kInput for one that cannot be used.
[[nodiscard]] Image record_of(std::span<const std::byte> file, const StoredPack& pack);

// A picture that somebody brings, as a model of the shop looks at it.
struct BroughtPicture {
  Image record;                      // as of record_of()
  std::optional<Image> larger = {};  // where the model looks at originals, and it has more pixels
};
// Their latents, (N, D), weighted.
[[nodiscard]] std::vector<float> embed(Embedder& embedder,
                                       std::span<const BroughtPicture> pictures);

// The latent of a picture that need not be in the shop, decoded as the shop's are. Error::kInput,
// naming the file, for one that cannot be used.
[[nodiscard]] std::vector<float> embed_picture(const ShopFiles& files, const StoredPack& pack,
                                               const StoredModel& model,
                                               const std::filesystem::path& picture);

}  // namespace likeness
