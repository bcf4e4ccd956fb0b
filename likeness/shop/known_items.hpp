// What a shop knows already, for `likeness pack`: finds the item of a key and its pixels, and
// gathers what the files that were found make of the items.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/choose_picture.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

class KnownItems {
 public:
  KnownItems(const Store& store, const ShopFiles& files);

  // For pack_pictures(); both may be called by any thread, and live as long as this object.
  [[nodiscard]] KnownPictures pictures() const;
  // One thread at a time.
  void found(const Choice& choice);

  // Afterwards. All are to be put into the store in this order, before the new pack's items.
  [[nodiscard]] const std::vector<Item>& updated() const noexcept { return updated_; }
  // The keys of items that gave them away: nothing of theirs is to stay with the new picture.
  [[nodiscard]] const std::vector<std::string>& freed() const noexcept { return freed_; }
  // How many items that were removed while their file was gone are back.
  [[nodiscard]] std::size_t back() const noexcept { return back_; }
  // The keys of the items whose file is not there any more; removed ones are not looked at.
  [[nodiscard]] std::vector<std::string> gone() const;

 private:
  [[nodiscard]] std::optional<KnownPicture> find(std::string_view key) const;
  [[nodiscard]] std::span<const std::uint8_t> record(std::size_t place) const;

  std::filesystem::path packs_folder_;
  std::vector<StoredPack> stored_;
  mutable std::mutex mutex_;                    // of packs_
  mutable std::map<std::int64_t, Pack> packs_;  // those that were asked for
  std::vector<Item> items_;                     // ascending by key
  std::vector<bool> found_;                     // by place in items_
  std::vector<Item> updated_;
  std::vector<std::string> freed_;
  std::size_t back_ = 0;
};

}  // namespace likeness
