// What a shop knows already, for `likeness pack`: finds the item of a key and compares its pixels,
// and gathers what the files that were found make of the items.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "likeness/catalogue/choose_picture.hpp"
#include "likeness/shop/item_pictures.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

class KnownItems {
 public:
  // `checks` looks at the pixels of each item that is asked for, whether they are damaged or lost.
  KnownItems(const Store& store, const ShopFiles& files, bool checks);

  // For pack_pictures(); both may be called by any thread, and live as long as this object.
  [[nodiscard]] KnownPictures pictures() const;
  // The key of the item that was packed from this path, if there is one.
  [[nodiscard]] std::optional<std::string> key_of(const PictureSource& source) const;
  // One thread at a time.
  void found(const Choice& choice);

  // After a pack, what was found since the last call. All are to be put into the store in this
  // order, before the pack's items.
  [[nodiscard]] std::vector<Item> take_updated() { return std::exchange(updated_, {}); }
  // The keys of items that gave them away: nothing of theirs is to stay with the new picture.
  [[nodiscard]] std::vector<std::string> take_freed() { return std::exchange(freed_, {}); }
  // Of the pictures that were packed, in the order of the pack.
  [[nodiscard]] std::vector<FileStamp> take_stamps() { return std::exchange(stamps_, {}); }
  // How many items that were removed while their file was gone are back.
  [[nodiscard]] std::size_t back() const noexcept { return back_; }
  // The keys of the items whose file is not there any more; removed ones are not looked at.
  [[nodiscard]] std::vector<std::string> gone() const;
  // Found by `checks`: packs whose file is damaged beyond its pixels, or not there.
  [[nodiscard]] const std::vector<std::int64_t>& lost_packs() const noexcept { return lost_; }

 private:
  [[nodiscard]] std::optional<KnownPicture> find(std::string_view key) const;
  [[nodiscard]] bool has_pixels(std::size_t place, std::span<const std::uint8_t> record) const;
  [[nodiscard]] bool is_damaged(const Item& item) const;

  mutable std::mutex mutex_;  // of pictures_
  mutable ItemPictures pictures_;
  bool checks_;
  std::vector<std::int64_t> lost_;                                    // packs, ascending
  std::vector<Item> items_;                                           // ascending by key
  std::vector<bool> found_;                                           // by place in items_
  mutable std::unordered_map<std::string_view, std::size_t> places_;  // in items_, by path
  std::vector<Item> updated_;
  std::vector<std::string> freed_;
  std::vector<FileStamp> stamps_;
  std::size_t back_ = 0;
};

}  // namespace likeness
