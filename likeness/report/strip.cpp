#include "likeness/report/strip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/plot/sheet.hpp"
#include "likeness/shop/item_pictures.hpp"

namespace likeness {
namespace {

constexpr Size kRoom{.width = 120, .height = 160};
constexpr std::size_t kMostSources = 50;  // of what is liked, so many are shown

// Larger than in the pack; nothing if its file is gone or is another picture now.
std::optional<Image> original_of(const Item& item) {
  try {
    const auto bytes = read_file(item.source);
    if (digest(bytes) != item.digest) return std::nullopt;
    return decode_image(bytes, {.at_least = kRoom});
  } catch (const Error&) {
    return std::nullopt;
  }
}

Image picture_of(ItemPictures& pictures, const Item& item) {
  if (auto original = original_of(item)) return *std::move(original);
  const PixelView view = pictures.view(item);
  return {.size = view.size, .pixels = {view.pixels.begin(), view.pixels.end()}};
}

std::string title_of(const ShownItem& shown) { return fmt::format("Dist: {:.2f}", shown.distance); }

std::string caption_of(const ShownItem& shown) {
  if (shown.folded.empty()) return shown.item.key;
  return fmt::format("{} and {} more", shown.item.key, shown.folded.size());
}

}  // namespace

void draw_strip(const RecommendQuery& query, const Store& store, std::span<const Item> liked,
                std::span<const ShownItem> results, const std::filesystem::path& file) {
  ItemPictures pictures(query.files, store);
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
                     .picture = picture_of(pictures, item),
                     .frame = Tile::Frame::kAccent});
  }
  for (const ShownItem& shown : results) {
    tiles.push_back({.title = title_of(shown),
                     .caption = caption_of(shown),
                     .picture = picture_of(pictures, shown.item)});
  }
  const Image sheet = draw_sheet(tiles, {.picture = kRoom, .columns = strip_columns(tiles.size())});
  write_file(file, encode_png(sheet));
}

}  // namespace likeness
