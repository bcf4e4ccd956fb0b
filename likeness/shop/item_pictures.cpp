#include "likeness/shop/item_pictures.hpp"

#include <algorithm>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"
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
  auto pack = packs_.find(item.pack);
  if (pack == packs_.end()) pack = packs_.emplace(item.pack, open_pack(files_, *stored)).first;
  if (item.record >= pack->second.count()) fail(item);
  return pack->second;
}

PixelView ItemPictures::view(const Item& item) {
  const Pack& pack = pack_of(item);
  return {.size = pack.size(), .pixels = sound_record(pack, item.record)};
}

bool ItemPictures::is_sound(const Item& item) {
  const Pack& pack = pack_of(item);
  return to_nfc(pack.entry(item.record).key) == to_nfc(item.key) &&
         likeness::is_sound(pack, item.record);
}

}  // namespace likeness
