// All items at 8 bits a number: a quarter of the memory to read, and whole numbers that multiply
// fast. The codes give a lower and an upper bound of each true distance, so that a search reads
// only the few vectors that can matter and is still exact (the VA-file of Weber, Schek and Blott,
// VLDB 1998, with scalar codes in memory instead of bits on disk).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/neighbours/kernels.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

// A query in the terms of the codes.
struct CodedQuery {
  std::vector<std::int16_t> codes;
  float square = 0.0F;    // squared length of what the codes stand for
  float scale = 0.0F;     // -2 x step of the items x step of the query
  float error = 0.0F;     // distance between the query and what its codes stand for
  float rounding = 0.0F;  // how far a squared distance between codes may be off in float
};

class Codes {
 public:
  // The largest number of dimensions whose products cannot overflow 32 bits.
  static constexpr std::size_t kMostDimensions = 65536;

  // rows have passed check_rows. Throws Error::kInput for more than kMostDimensions.
  Codes(const Rows& rows, std::size_t threads);

  [[nodiscard]] std::size_t block_count() const noexcept { return errors_.size() / kBlockItems; }
  [[nodiscard]] std::size_t pairs() const noexcept { return (centre_.size() + 1) / 2; }
  [[nodiscard]] CodeBlock block(std::size_t index) const noexcept;
  // The error of one item: see CodeBlock.
  [[nodiscard]] float error(std::size_t item) const noexcept { return errors_[item]; }
  [[nodiscard]] CodedQuery encode(std::span<const float> query) const;

 private:
  // Whole cache lines, so that no load of the kernel straddles two.
  struct alignas(64) CacheLine {
    std::array<std::int8_t, 64> bytes{};
  };

  void encode_block(const Rows& rows, std::size_t index);

  std::vector<float> centre_;  // mean of the items
  float step_ = 0.0F;
  std::vector<CacheLine> lines_;
  std::vector<float> squares_;
  std::vector<float> errors_;
  float largest_square_ = 0.0F;
};

}  // namespace likeness
