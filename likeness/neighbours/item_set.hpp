// A set of items as a bitmap: a filter by tags, the items not deleted, or both at once.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace likeness {

class ItemSet {
 public:
  enum class Start { kEmpty, kFull };

  // A set of items out of [0, size).
  ItemSet(std::size_t size, Start start);

  void insert(std::size_t item) noexcept { word(item) |= bit(item); }
  void insert_all(std::size_t first, std::size_t count) noexcept;
  void erase(std::size_t item) noexcept { word(item) &= ~bit(item); }
  [[nodiscard]] bool contains(std::size_t item) const noexcept {
    assert(item < size_);
    return (words_[item / 64] & bit(item)) != 0;
  }
  void intersect(const ItemSet& other) noexcept;
  // The set's items from `first`, a multiple of 64, on: item i of it is item first + i of this.
  [[nodiscard]] ItemSet part(std::size_t first, std::size_t size) const;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }  // of the range, not the set
  [[nodiscard]] std::size_t count() const noexcept;                  // how many are in it
  [[nodiscard]] std::vector<std::size_t> items() const;              // ascending
  // Item i is bit i % 64 of word i / 64; bits beyond the size are zero.
  [[nodiscard]] std::span<const std::uint64_t> words() const noexcept { return words_; }

 private:
  [[nodiscard]] static std::uint64_t bit(std::size_t item) noexcept {
    return std::uint64_t{1} << (item % 64);
  }
  [[nodiscard]] std::uint64_t& word(std::size_t item) noexcept {
    assert(item < size_);
    return words_[item / 64];
  }

  std::size_t size_;
  std::vector<std::uint64_t> words_;
};

}  // namespace likeness
