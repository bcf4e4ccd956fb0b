// The pixels of a few items, without opening the whole shop.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

class ItemPictures {
 public:
  ItemPictures(ShopFiles files, const Store& store)
      : files_(std::move(files)), stored_(store.packs()) {}

  // Valid as long as this. Error::kCorrupt for an item whose pixels are not there.
  [[nodiscard]] PixelView view(const Item& item);
  // Whether they are what was packed for it. Throws if there is nothing that could be.
  [[nodiscard]] bool is_sound(const Item& item);

 private:
  [[nodiscard]] const Pack& pack_of(const Item& item);

  ShopFiles files_;
  std::vector<StoredPack> stored_;
  std::map<std::int64_t, Pack> packs_;  // opened when they are needed
};

}  // namespace likeness
