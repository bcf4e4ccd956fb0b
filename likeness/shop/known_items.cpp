#include "likeness/shop/known_items.hpp"

#include <algorithm>
#include <utility>

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

// An older likeness kept keys as it found them. Where both spellings are there, both stay.
KnownItems::KnownItems(const Store& store, const ShopFiles& files)
    : packs_folder_(files.packs()), stored_(store.packs()), items_(store.items_with_removed()) {
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
}

KnownPictures KnownItems::pictures() const {
  return {.find = [this](std::string_view key) { return find(key); },
          .record = [this](std::size_t place) { return record(place); }};
}

std::optional<KnownPicture> KnownItems::find(std::string_view key) const {
  const auto item = std::ranges::lower_bound(items_, key, {}, &Item::key);
  if (item == items_.end() || item->key != key) return std::nullopt;
  return KnownPicture{.place = static_cast<std::size_t>(item - items_.begin()),
                      .path = item->source,
                      .digest = item->digest,
                      .removed = item->removed};
}

std::span<const std::uint8_t> KnownItems::record(std::size_t place) const {
  const Item& item = items_[place];
  const auto stored = std::ranges::find(stored_, item.pack, &StoredPack::id);
  if (stored == stored_.end()) fail(item);
  const std::scoped_lock lock(mutex_);
  const Pack& pack = packs_.try_emplace(item.pack, packs_folder_ / stored->file).first->second;
  if (item.record >= pack.count()) fail(item);
  return pack.record(item.record);
}

void KnownItems::found(const Choice& choice) {
  if (!choice.known || choice.source == nullptr) return;
  const std::size_t place = choice.known->place;
  const Item& item = items_[place];
  found_[place] = true;
  if (choice.verdict == Verdict::kFreed) freed_.push_back(item.key);
  if (choice.verdict != Verdict::kUnchanged) return;
  const std::string& path = choice.source->path.native();
  if (item.source == path && item.digest == choice.digest && !item.gone) return;
  Item& updated = updated_.emplace_back(item);
  updated.source = path;
  updated.digest = choice.digest;
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
