#include "likeness/shop/item_pictures.hpp"

#include <algorithm>

#include "likeness/base/error.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

[[noreturn]] void fail(const Item& item) {
  throw Error(Error::Kind::kCorrupt, "shop.db: item " + item.key + " has no pixels",
              by_verifying());
}

}  // namespace

const Pack& ItemPictures::pack_of(const Item& item) {
  const auto stored = std::ranges::find(stored_, item.pack, &StoredPack::id);
  if (stored == stored_.end()) fail(item);
  const Pack& pack = packs_.try_emplace(item.pack, packs_folder_ / stored->file).first->second;
  if (item.record >= pack.count()) fail(item);
  return pack;
}

PixelView ItemPictures::view(const Item& item) {
  const Pack& pack = pack_of(item);
  return {.size = pack.size(), .pixels = sound_record(pack, item.record)};
}

bool ItemPictures::is_sound(const Item& item) {
  return likeness::is_sound(pack_of(item), item.record);
}

}  // namespace likeness
