// Bytes of a file that are summed up block by block, so that whoever reads a few of them compares
// no more than those: for files that are mapped and read here and there.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "likeness/base/bytes.hpp"
#include "likeness/base/file.hpp"

namespace likeness {

// How many checksums (XXH3-64, a u64 each) so many bytes have.
[[nodiscard]] constexpr std::size_t count_blocks(std::size_t bytes, std::size_t block_bytes) {
  return (bytes + block_bytes - 1) / block_bytes;
}

// Writes them, from `offset` of the file on.
class SummedWriter {
 public:
  SummedWriter(AtomicFile& file, std::size_t offset, std::size_t block_bytes)
      : file_(file), offset_(offset), block_bytes_(block_bytes) {}

  void write(std::span<const std::byte> bytes);
  void fill_up_to(std::size_t offset);  // with zeros
  // To be called once, behind the last of them; returns their checksums, which are not written yet.
  [[nodiscard]] std::span<const std::byte> finish();

 private:
  void flush();

  AtomicFile& file_;
  std::size_t offset_;
  std::size_t block_bytes_;
  std::vector<std::byte> block_;
  ByteWriter sums_;
};

// Reads them: each block is compared before it is read for the first time. By any number of
// threads.
class SummedBlocks {
 public:
  SummedBlocks() = default;
  // Both must stay where they are. `sums` has count_blocks() checksums.
  SummedBlocks(std::span<const std::byte> bytes, std::span<const std::byte> sums,
               std::size_t block_bytes);

  // The first block that holds bytes from `first` to `end` and is not as it was written.
  [[nodiscard]] std::optional<std::size_t> damage_in(std::size_t first, std::size_t end,
                                                     std::size_t threads = 1) const;
  // Whether the last one was compared, and was sound.
  [[nodiscard]] bool is_last_sound() const noexcept;
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  [[nodiscard]] bool is_sound(std::size_t block) const;

  std::span<const std::byte> bytes_;
  std::span<const std::byte> sums_;
  std::size_t block_bytes_ = 1;
  mutable std::vector<std::atomic<bool>> is_sound_;  // of each block, once it was compared
};

}  // namespace likeness
