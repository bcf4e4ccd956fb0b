#include "likeness/shop/embedding.hpp"

#include <fmt/format.h>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/pack_pictures.hpp"
#include "likeness/shop/originals.hpp"

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

std::vector<float> embed(Embedder& embedder, std::span<const BroughtPicture> pictures) {
  Pictures records;
  records.reserve(pictures.size());
  for (const BroughtPicture& picture : pictures) records.emplace_back(picture.record.pixels);
  const auto latents =
      embedder.weighted(records, [&](std::size_t i) { return pictures[i].larger; });
  return {latents.begin(), latents.end()};
}

namespace {

// What of the picture's file is made of it, or its name before the reason why not.
template <typename Decode>
auto decoded(const std::filesystem::path& picture, const Decode& decode) {
  try {
    return decode();
  } catch (const Error& error) {
    throw Error(error.kind(), picture.string() + ": " + error.what() + ": give another picture");
  }
}

}  // namespace

std::vector<float> embed_picture(const ShopFiles& files, const StoredPack& pack,
                                 const StoredModel& model, const std::filesystem::path& picture) {
  const auto bytes = read_file(picture, PackOptions{}.max_file_bytes);
  BroughtPicture brought{.record = decoded(picture, [&] { return record_of(bytes, pack); })};
  const Model trained = read_model(files.models() / model.file);
  require_same_size(trained, brought.record.size);
  Originals originals(pretrained_of(trained.network), pack);
  brought.larger = decoded(picture, [&] { return originals.of_file(bytes); });
  Embedder embedder(trained, embedding_precision(), 1);
  return embed(embedder, std::span(&brought, 1));
}

}  // namespace likeness
