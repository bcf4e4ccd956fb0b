#include "likeness/shop/change_items.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/find_pictures.hpp"
#include "likeness/catalogue/pack_writer.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/shop/item_pictures.hpp"
#include "likeness/shop/latent_files.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostTagBytes = 4096;

// A picture that the shop does not have yet.
struct Packed {
  std::string_view key;
  const NewPicture* picture = nullptr;
};

class Changing {
 public:
  Changing(const ShopFiles& files, std::span<const ItemChange> changes, const Work& work)
      : files_(files),
        changes_(changes),
        work_(work),
        lock_(files),
        store_(open_store(files, OpenMode::kExisting)),
        active_(store_.active_model()) {
    const auto packs = store_.packs();
    if (packs.empty()) {
      throw Error(Error::Kind::kInput, "the shop has no pictures yet: pack some first");
    }
    like_ = packs.front();
  }

  std::vector<Changed> run() {
    outcomes_.reserve(changes_.size());
    for (const ItemChange& change : changes_) outcomes_.push_back(judge(change));
    const std::int64_t pack = store_.next_pack();
    if (!packed_.empty()) write_pack(files_.packs() / pack_name(pack));
    auto transaction = store_.begin();
    if (!packed_.empty()) put_pack(pack);
    put_tags();
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (outcomes_[i] == Changed::kRemoved) store_.remove_item(changes_[i].key);
    }
    transaction.commit();
    return std::move(outcomes_);
  }

 private:
  Changed judge(const ItemChange& change) {
    const auto item = store_.find_item(change.key);
    if (!change.picture) {
      if (!item) return Changed::kNoItem;
      return change.removes ? Changed::kRemoved : Changed::kSame;
    }
    const NewPicture& picture = *change.picture;
    const bool fits = picture.record.size == Size{.width = like_.width, .height = like_.height};
    const std::string weights = active_ && active_->latents > 0 ? active_->weights : std::string();
    if (!fits || picture.weights != weights) return Changed::kOtherModel;
    if (item && std::ranges::equal(pictures().view(*item).pixels, picture.record.pixels)) {
      return Changed::kSame;
    }
    packed_.push_back({.key = change.key, .picture = &picture});
    return item ? Changed::kReplaced : Changed::kNew;
  }

  ItemPictures& pictures() {
    if (!pictures_) pictures_.emplace(files_, store_);
    return *pictures_;
  }

  void write_pack(const std::filesystem::path& file) {
    std::ranges::sort(packed_, {}, &Packed::key);
    PackWriter writer(file, {.width = like_.width, .height = like_.height},
                      fit_named(like_.fit).value_or(Fit{}));
    for (const auto& [key, picture] : packed_) {
      const std::span<const std::uint8_t> pixels(picture->record.pixels);
      writer.add({.key = key,
                  .source = "",
                  .digest = picture->digest,
                  .checksum = checksum(std::as_bytes(pixels)),
                  .pixels = pixels});
    }
    writer.commit();
  }

  void put_pack(std::int64_t pack) {
    store_.add_pack({.id = pack,
                     .file = pack_name(pack),
                     .count = packed_.size(),
                     .width = like_.width,
                     .height = like_.height,
                     .fit = like_.fit});
    std::vector<Item> items(packed_.size());
    std::vector<float> latents;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const NewPicture& picture = *packed_[i].picture;
      items[i].key = packed_[i].key;
      items[i].digest = picture.digest;
      items[i].pack = pack;
      items[i].record = i;
      latents.insert(latents.end(), picture.latent.begin(), picture.latent.end());
    }
    store_.put_items(items);
    if (latents.empty() || !active_) return;
    put_latents(store_, files_, *active_, pack, Rows(latents, active_->dimensions), work_.threads);
  }

  // Tag by tag, as the store takes them.
  void put_tags() {
    std::map<std::string_view, std::vector<TagValue>> values;
    std::vector<std::vector<ItemTag>> old(changes_.size());  // the views below look into them
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const ItemChange& change = changes_[i];
      if (!is_done(outcomes_[i]) || change.removes) continue;
      const auto item = store_.find_item(change.key);
      if (!item) continue;
      if (change.only_these_tags) old[i] = store_.tags_of(item->id);
      for (const ItemTag& tag : old[i]) {
        const bool stays =
            std::ranges::find(change.tags, tag.name, &ItemTag::name) != change.tags.end();
        if (!stays) values[tag.name].push_back({.item = item->id, .value = ""});
      }
      for (const ItemTag& tag : change.tags) {
        values[tag.name].push_back({.item = item->id, .value = tag.value});
      }
    }
    for (auto& [name, of_items] : values) {
      std::ranges::sort(of_items, {}, &TagValue::item);
      store_.put_tags(name, of_items);
    }
  }

  static bool is_done(Changed changed) {
    return changed != Changed::kNoItem && changed != Changed::kOtherModel;
  }

  const ShopFiles& files_;
  std::span<const ItemChange> changes_;
  const Work& work_;
  ShopLock lock_;  // before the shop is looked at
  Store store_;
  std::optional<StoredModel> active_;
  StoredPack like_;
  std::optional<ItemPictures> pictures_;
  std::vector<Packed> packed_;
  std::vector<Changed> outcomes_;
};

void check_text(std::string_view text, const char* field) {
  if (find_invalid_utf8(text)) throw RequestError(field, "is not UTF-8");
  if (has_control_character(text)) throw RequestError(field, "holds a control character");
  if (text.size() > kMostTagBytes) throw RequestError(field, "is too long");
}

}  // namespace

void check_change(const ItemChange& change) {
  if (const char* why = why_no_key(change.key)) throw RequestError("key", why);
  for (const ItemTag& tag : change.tags) {
    if (tag.name.empty()) throw RequestError("tags", "have a name each");
    check_text(tag.name, "tags");
    check_text(tag.value, "tags");
  }
}

std::vector<Changed> change_items(const ShopFiles& files, std::span<const ItemChange> changes,
                                  const Work& work) {
  for (const ItemChange& change : changes) check_change(change);
  if (changes.empty()) return {};
  require_shop(files);
  return Changing(files, changes, work).run();
}

}  // namespace likeness
