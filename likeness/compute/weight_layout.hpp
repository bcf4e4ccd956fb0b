// Weights as the processor's kernels want them: in blocks of as many channels as a vector has
// places. Ours instead of oneDNN's own reorder, which in 3.7 (Debian 13) misplaces values wherever
// the last block is not full.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace likeness {

// Where a tensor of these sizes keeps each value. Each dimension is cut into blocks, a block of one
// dimension may be cut again, and the last of a dimension need not be full: its rest is padding. A
// value lies at the sum of its blocks' numbers times their strides; the innermost blocks are
// `block_sizes`, outermost first, and lie without gaps.
struct WeightLayout {
  std::vector<std::size_t> sizes;    // five at most
  std::vector<std::size_t> strides;  // of each dimension: from one outermost block to the next
  std::vector<std::size_t> block_sizes;
  std::vector<std::size_t> block_dimensions;  // which dimension each of them is a block of
};

// The same memory as that of a tensor whose first two dimensions have changed places.
[[nodiscard]] WeightLayout with_swapped_channels(WeightLayout layout);

// Copies between a layout and the plain one (row-major, without gaps).
class WeightCopy {
 public:
  explicit WeightCopy(const WeightLayout& layout);

  // Padding becomes 0.
  void lay(const float* plain, float* laid) const;
  void lay(const float* plain, std::uint16_t* laid) const;  // BF16, rounded to even
  void take(const float* laid, float* plain) const;

 private:
  // A run of consecutive memory: as many values as there are blocks within one another, or more.
  struct Tile {
    std::size_t laid = 0;  // its first value's place
    std::size_t plain = 0;
    std::size_t places = 0;  // which of places_
  };
  struct Places {
    std::vector<std::uint32_t> plain;  // of each value, from its tile's first; or kPadding
    bool full = true;                  // no padding
  };
  template <typename Move>
  void for_each_tile(const Move& move) const;

  [[nodiscard]] std::size_t tiles_of_a_run() const;
  void take_runs(const float* laid, float* plain) const;

  std::vector<Tile> tiles_;
  std::vector<Places> places_;  // all full tiles have the same
  // As many tiles, one after the other, hold neighbours of the plain tensor: the kernel's taps.
  std::size_t run_ = 1;
};

}  // namespace likeness
