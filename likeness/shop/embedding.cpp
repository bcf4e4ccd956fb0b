#include "likeness/shop/embedding.hpp"

#include <fmt/format.h>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/encoder/latents.hpp"

namespace likeness {

Precision embedding_precision() { return has_fast_bf16() ? Precision::kBf16 : Precision::kF32; }

void require_same_size(const Model& model, Size shop) {
  const Shape& picture = model.network.input();
  const Size size{.width = static_cast<int>(picture.w), .height = static_cast<int>(picture.h)};
  if (picture.c == 3 && size == shop) return;
  throw Error(Error::Kind::kInput,
              fmt::format("{}: is a model of {}x{} pictures, those of the shop are {}x{}",
                          model.name, size.width, size.height, shop.width, shop.height),
              {.does = "train one on this shop", .verb = "train"});
}

Image record_of(std::span<const std::byte> file, const StoredPack& pack) {
  PackOptions options{.size = {.width = pack.width, .height = pack.height}};
  options.fit = fit_named(pack.fit).value_or(options.fit);
  return to_record(file, options);
}

namespace {

Image read_record(const std::filesystem::path& picture, const StoredPack& pack) {
  const auto bytes = read_file(picture, PackOptions{}.max_file_bytes);
  try {
    return record_of(bytes, pack);
  } catch (const Error& error) {
    throw Error(error.kind(), picture.string() + ": " + error.what() + ": give another picture");
  }
}

}  // namespace

std::vector<float> embed_picture(const ShopFiles& files, const StoredPack& pack,
                                 const StoredModel& model, const std::filesystem::path& picture) {
  const Image record = read_record(picture, pack);
  const Model trained = read_model(files.models() / model.file);
  require_same_size(trained, record.size);
  return embed(trained, {std::span(record.pixels)}, embedding_precision(), 1);
}

}  // namespace likeness
