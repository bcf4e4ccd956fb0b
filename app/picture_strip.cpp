#include "app/picture_strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/plot/sheet.hpp"

namespace likeness {
namespace {

constexpr Size kRoom{.width = 120, .height = 160};
constexpr std::size_t kMostSources = 50;  // of what is liked, so many are shown

class PictureSourceOfShop {
 public:
  PictureSourceOfShop(const ShopFiles& files, const Store& store)
      : files_(files), stored_(store.packs()) {}

  [[nodiscard]] Image picture(const Item& item) {
    if (auto original = original_of(item)) return *std::move(original);
    const Pack& pack = pack_of(item);
    const auto record = pack.record(item.record);
    return {.size = pack.size(), .pixels = {record.begin(), record.end()}};
  }

 private:
  // Larger than in the pack; nothing if its file is gone or is another picture now.
  static std::optional<Image> original_of(const Item& item) {
    try {
      const auto bytes = read_file(item.source);
      if (digest(bytes) != item.digest) return std::nullopt;
      return decode_image(bytes, {.at_least = kRoom});
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  const Pack& pack_of(const Item& item) {
    const auto stored = std::ranges::find(stored_, item.pack, &StoredPack::id);
    if (stored == stored_.end()) fail(item);
    const auto path = files_.packs() / stored->file;
    const Pack& pack = packs_.try_emplace(item.pack, path).first->second;
    if (item.record >= pack.count()) fail(item);
    return pack;
  }

  [[noreturn]] static void fail(const Item& item) {
    throw Error(Error::Kind::kCorrupt,
                "shop.db: item " + item.key + " has no pixels: `likeness verify` tells more");
  }

  const ShopFiles& files_;
  std::vector<StoredPack> stored_;
  std::map<std::int64_t, Pack> packs_;  // opened when they are needed
};

std::string title_of(const ShownItem& shown) { return fmt::format("Dist: {:.2f}", shown.distance); }

std::string caption_of(const ShownItem& shown) {
  if (shown.folded.empty()) return shown.item.key;
  return fmt::format("{} and {} more", shown.item.key, shown.folded.size());
}

}  // namespace

void draw_strip(const RecommendQuery& query, const Store& store, std::span<const Item> liked,
                std::span<const ShownItem> results, const std::filesystem::path& file) {
  PictureSourceOfShop shop(query.files, store);
  std::vector<Tile> tiles;
  if (query.image) {
    tiles.push_back({.title = "Source",
                     .caption = query.image->filename().string(),
                     .picture = decode_image(read_file(*query.image), {.at_least = kRoom}),
                     .frame = Tile::Frame::kAccent});
  }
  for (const Item& item : liked.first(std::min(liked.size(), kMostSources))) {
    tiles.push_back({.title = "Source",
                     .caption = item.key,
                     .picture = shop.picture(item),
                     .frame = Tile::Frame::kAccent});
  }
  for (const ShownItem& shown : results) {
    tiles.push_back({.title = title_of(shown),
                     .caption = caption_of(shown),
                     .picture = shop.picture(shown.item)});
  }
  const Image sheet = draw_sheet(tiles, {.picture = kRoom, .columns = strip_columns(tiles.size())});
  write_file(file, encode_png(sheet));
}

}  // namespace likeness
