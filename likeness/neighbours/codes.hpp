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

// What codes consist of, wherever it lies: B blocks of kBlockItems items, the last one filled up
// with zeros, of D dimensions in P = (D + 1) / 2 pairs.
struct CodeTables {
  std::span<const float> centre;       // D: the mean of the items
  float step = 0.0F;                   // what one code stands for
  float largest_square = 0.0F;         // of all items
  std::span<const std::int8_t> codes;  // B x P x kBlockItems x 2, aligned to kCodeAlignment
  std::span<const float> squares;      // B x kBlockItems: see CodeBlock
  std::span<const float> errors;       // B x kBlockItems: see CodeBlock
};
inline constexpr std::size_t kCodeAlignment =
    64;  // no load of the kernel straddles two cache lines

// A view: valid as long as the tables are.
class CodesView {
 public:
  explicit CodesView(const CodeTables& tables) : tables_(tables) {}

  [[nodiscard]] std::size_t block_count() const noexcept {
    return tables_.errors.size() / kBlockItems;
  }
  [[nodiscard]] std::size_t pairs() const noexcept { return (tables_.centre.size() + 1) / 2; }
  [[nodiscard]] CodeBlock block(std::size_t index) const noexcept;
  // The error of one item: see CodeBlock.
  [[nodiscard]] float error(std::size_t item) const noexcept { return tables_.errors[item]; }
  [[nodiscard]] CodedQuery encode(std::span<const float> query) const;

 private:
  CodeTables tables_;
};

class Codes {
 public:
  // The largest number of dimensions whose products cannot overflow 32 bits.
  static constexpr std::size_t kMostDimensions = 65536;

  // rows have passed check_rows. Throws Error::kInput for more than kMostDimensions.
  Codes(const Rows& rows, std::size_t threads);

  [[nodiscard]] CodeTables tables() const noexcept;

 private:
  [[nodiscard]] std::size_t pairs() const noexcept { return (centre_.size() + 1) / 2; }
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
