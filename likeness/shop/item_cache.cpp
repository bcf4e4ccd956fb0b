#include "likeness/shop/item_cache.hpp"

#include <cstdint>

namespace likeness {

std::size_t ItemCache::Hash::operator()(const RecordPlace& place) const noexcept {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;
  const auto pack = static_cast<std::uint64_t>(place.pack);
  return static_cast<std::size_t>((place.record + pack * kGolden) * kGolden >> 16U);
}

std::shared_ptr<const TaggedItem> ItemCache::find(const RecordPlace& place,
                                                  const Store& store) const {
  Shelf& shelf = shelves_[Hash()(place) % kShelves];
  {
    const std::scoped_lock lock(shelf.mutex);
    const auto known = shelf.items.find(place);
    if (known != shelf.items.end()) return known->second;
  }
  auto item = store.find_item(place);
  if (!item) return nullptr;
  auto tags = store.tags_of(item->id);
  auto made = std::make_shared<const TaggedItem>(
      TaggedItem{.item = *std::move(item), .tags = std::move(tags)});
  const std::scoped_lock lock(shelf.mutex);
  if (shelf.items.size() >= kMostOfShelf) shelf.items.clear();
  shelf.items.emplace(place, made);
  return made;
}

}  // namespace likeness
