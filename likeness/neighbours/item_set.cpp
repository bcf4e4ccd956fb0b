#include "likeness/neighbours/item_set.hpp"

#include <bit>

namespace likeness {

ItemSet::ItemSet(std::size_t size, Start start) : size_(size), words_((size + 63) / 64) {
  if (start == Start::kEmpty) return;
  for (auto& word : words_) word = ~std::uint64_t{0};
  if (size % 64 != 0) words_.back() = (std::uint64_t{1} << (size % 64)) - 1;
}

void ItemSet::insert_all(std::size_t first, std::size_t count) noexcept {
  const std::size_t end = first + count;
  for (; first < end && first % 64 != 0; ++first) insert(first);
  for (; first + 64 <= end; first += 64) word(first) = ~std::uint64_t{0};
  for (; first < end; ++first) insert(first);
}

void ItemSet::intersect(const ItemSet& other) noexcept {
  assert(other.size_ == size_);
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

ItemSet ItemSet::part(std::size_t first, std::size_t size) const {
  assert(first % 64 == 0 && first + size <= size_);
  ItemSet part(size, Start::kFull);
  for (std::size_t i = 0; i < part.words_.size(); ++i) part.words_[i] &= words_[first / 64 + i];
  return part;
}

std::size_t ItemSet::count() const noexcept {
  std::size_t count = 0;
  for (const auto word : words_) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

std::vector<std::size_t> ItemSet::items() const {
  std::vector<std::size_t> items;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (auto word = words_[i]; word != 0; word &= word - 1) {
      items.push_back(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
    }
  }
  return items;
}

}  // namespace likeness
