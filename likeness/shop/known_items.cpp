#include "likeness/shop/known_items.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/checksum.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
// An older likeness kept keys as it found them. Where both spellings are there, both stay.
KnownItems::KnownItems(const Store& store, const ShopFiles& files, bool checks)
    : pictures_(files, store), checks_(checks), items_(store.items_with_removed()) {
  std::ranges::sort(items_, {}, &Item::key);
  std::vector<Item> respelt;
  for (const Item& item : items_) {
    std::string key = to_nfc(item.key);
    if (key == item.key || find(key)) continue;
    respelt.push_back(item);
    respelt.back().key = std::move(key);
  }
  std::ranges::stable_sort(respelt, {}, &Item::key);
  const auto twice = std::ranges::unique(respelt, {}, &Item::key);
  respelt.erase(twice.begin(), twice.end());
  for (const Item& item : respelt) *std::ranges::find(items_, item.id, &Item::id) = item;
  if (!respelt.empty()) std::ranges::sort(items_, {}, &Item::key);
  updated_ = std::move(respelt);
  found_.resize(items_.size());
  if (!checks) return;
  for (const StoredPack& stored : store.packs()) {
    if (is_lost(files, stored)) lost_.push_back(stored.id);
  }
}

KnownPictures KnownItems::pictures() const {
  return {.find = [this](std::string_view key) { return find(key); },
          .has_pixels =
              [this](std::size_t place, std::span<const std::uint8_t> record) {
                return has_pixels(place, record);
              }};
}

std::optional<KnownPicture> KnownItems::find(std::string_view key) const {
  const auto item = std::ranges::lower_bound(items_, key, {}, &Item::key);
  if (item == items_.end() || item->key != key) return std::nullopt;
  // Its file may come back any time, but its pixels cannot: it is packed like a new one.
  if (item->gone && item->pack == 0) return std::nullopt;
  return KnownPicture{.place = static_cast<std::size_t>(item - items_.begin()),
                      .path = item->source,
                      .digest = item->digest,
                      .stamp = item->stamp,
                      .removed = item->removed,
                      .damaged = checks_ && !item->removed && is_damaged(*item)};
}

bool KnownItems::is_damaged(const Item& item) const {
  if (std::ranges::binary_search(lost_, item.pack)) return true;
  const std::scoped_lock lock(mutex_);
  return !pictures_.is_sound(item);
}

std::optional<std::string> KnownItems::key_of(const PictureSource& source) const {
  const std::string& path = source.path.native();
  const auto item = std::ranges::lower_bound(items_, source.key, {}, &Item::key);
  if (item != items_.end() && item->key == source.key && item->source == path) return item->key;
  if (places_.empty()) {  // only now, for most files have the key that their item has
    for (std::size_t i = 0; i < items_.size(); ++i) places_.emplace(items_[i].source, i);
  }
  const auto place = places_.find(path);
  if (place == places_.end()) return std::nullopt;
  return items_[place->second].key;
}

bool KnownItems::has_pixels(std::size_t place, std::span<const std::uint8_t> record) const {
  const Item& item = items_[place];
  if (item.pack == 0) return item.pixels == checksum(std::as_bytes(record));
  std::span<const std::uint8_t> known;
  {
    const std::scoped_lock lock(mutex_);
    known = pictures_.view(item).pixels;
  }
  return std::ranges::equal(known, record);
}

void KnownItems::found(const Choice& choice) {
  if (choice.source == nullptr) return;
  if (choice.verdict != Verdict::kUnchanged) stamps_.push_back(choice.stamp);
  if (!choice.known) return;
  const std::size_t place = choice.known->place;
  const Item& item = items_[place];
  found_[place] = true;
  if (choice.verdict == Verdict::kFreed) freed_.push_back(item.key);
  if (choice.verdict != Verdict::kUnchanged) return;
  const std::string& path = choice.source->path.native();
  const bool is_known =
      item.source == path && item.digest == choice.digest && item.stamp == choice.stamp;
  if (is_known && !item.gone) return;
  Item& updated = updated_.emplace_back(item);
  updated.source = path;
  updated.digest = choice.digest;
  updated.stamp = choice.stamp;
  if (!item.gone) return;
  updated.removed = updated.gone = false;
  ++back_;
}

std::vector<std::string> KnownItems::gone() const {
  std::vector<std::string> keys;
  std::string_view last;  // a data set's items have one file
  bool last_is_gone = false;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].removed || found_[i]) continue;
    if (items_[i].source != last) {
      last = items_[i].source;
      last_is_gone = is_gone(items_[i].source);
    }
    if (last_is_gone) keys.push_back(items_[i].key);
  }
  return keys;
}

}  // namespace likeness
