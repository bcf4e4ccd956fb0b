// Items with their tags as one snapshot of the shop has them: asked for again and again while it is
// served, and read from the database once.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "likeness/store/store.hpp"

namespace likeness {

struct TaggedItem {
  Item item;
  std::vector<ItemTag> tags;
};

// For any number of threads.
class ItemCache {
 public:
  // The item whose picture lies there; null if none does. `store` is a reader of the snapshot.
  [[nodiscard]] std::shared_ptr<const TaggedItem> find(const RecordPlace& place,
                                                       const Store& store) const;

 private:
  // Some 50 MB in all; of more items a shelf begins anew when it is full.
  static constexpr std::size_t kShelves = 16;
  static constexpr std::size_t kMostOfShelf = 2'500;

  struct Hash {
    std::size_t operator()(const RecordPlace& place) const noexcept;
  };
  struct Shelf {
    std::mutex mutex;
    std::unordered_map<RecordPlace, std::shared_ptr<const TaggedItem>, Hash> items;
  };
  mutable std::array<Shelf, kShelves> shelves_;
};

}  // namespace likeness
