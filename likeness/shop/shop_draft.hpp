// A shop while a command makes it or adds to it: locked, and gone again without a trace if it was
// new and the command came to nothing.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "likeness/shop/shop.hpp"

namespace likeness {

class ShopDraft {
 public:
  // Makes the folders that are missing. Error::kInput if the folder holds other things than a shop.
  explicit ShopDraft(ShopFiles files);
  ~ShopDraft();
  ShopDraft(const ShopDraft&) = delete;
  ShopDraft& operator=(const ShopDraft&) = delete;
  ShopDraft(ShopDraft&&) = delete;
  ShopDraft& operator=(ShopDraft&&) = delete;

  // The shop's database. What a killed run left behind is taken away first.
  [[nodiscard]] Store& store() { return *store_; }
  // The shop has something in it now: it stays.
  void keep() noexcept { kept_ = true; }

 private:
  void remove_leftovers() const;
  void remove_all() noexcept;

  ShopFiles files_;
  std::vector<std::filesystem::path> made_;  // folders, outermost first
  std::unique_ptr<ShopLock> lock_;
  std::unique_ptr<Store> store_;
  bool fresh_ = false;
  bool kept_ = false;
};

}  // namespace likeness
