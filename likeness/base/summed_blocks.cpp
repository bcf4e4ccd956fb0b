#include "likeness/base/summed_blocks.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>

#include "likeness/base/checksum.hpp"
#include "likeness/base/parallel.hpp"

namespace likeness {

void SummedWriter::write(std::span<const std::byte> bytes) {
  offset_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), block_bytes_ - block_.size());
    block_.insert(block_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    bytes = bytes.subspan(count);
    if (block_.size() == block_bytes_) flush();
  }
}

void SummedWriter::fill_up_to(std::size_t offset) {
  assert(offset >= offset_);
  const std::vector<std::byte> zeros(offset - offset_);
  write(zeros);
}

std::span<const std::byte> SummedWriter::finish() {
  flush();
  return sums_.bytes();
}

void SummedWriter::flush() {
  if (block_.empty()) return;
  sums_.write_u64(checksum(block_));
  file_.write(block_);
  block_.clear();
}

SummedBlocks::SummedBlocks(std::span<const std::byte> bytes, std::span<const std::byte> sums,
                           std::size_t block_bytes)
    : bytes_(bytes),
      sums_(sums),
      block_bytes_(block_bytes),
      is_sound_(count_blocks(bytes.size(), block_bytes)) {
  assert(sums.size() == is_sound_.size() * sizeof(std::uint64_t));
}

std::optional<std::size_t> SummedBlocks::damage_in(std::size_t first, std::size_t end,
                                                   std::size_t threads) const {
  assert(first < end && end <= bytes_.size());
  const std::size_t from = first / block_bytes_;
  const std::size_t count = count_blocks(end, block_bytes_) - from;
  if (threads == 1) {
    for (std::size_t block = from; block < from + count; ++block) {
      if (!is_sound(block)) return block;
    }
    return std::nullopt;
  }
  std::vector<char> sound(count);
  parallel_for(count, threads, [&](std::size_t i) { sound[i] = is_sound(from + i) ? 1 : 0; });
  const auto damaged = std::ranges::find(sound, 0);
  if (damaged == sound.end()) return std::nullopt;
  return from + static_cast<std::size_t>(damaged - sound.begin());
}

bool SummedBlocks::is_last_sound() const noexcept {
  return is_sound_.back().load(std::memory_order_relaxed);
}

bool SummedBlocks::is_sound(std::size_t block) const {
  if (is_sound_[block].load(std::memory_order_relaxed)) return true;
  const std::size_t offset = block * block_bytes_;
  const auto bytes = bytes_.subspan(offset, std::min(block_bytes_, bytes_.size() - offset));
  std::uint64_t sum = 0;
  std::memcpy(&sum, sums_.data() + block * sizeof sum, sizeof sum);
  if (checksum(bytes) != sum) return false;
  is_sound_[block].store(true, std::memory_order_relaxed);
  return true;
}

}  // namespace likeness
