// The inner loops, written once with Highway and compiled for SSE2 to AVX-512; the best one for the
// processor is picked as the program runs. Nothing here checks its arguments: callers have.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace likeness {

// Sum of (a - b)^2. Taken from the differences, so that equal vectors are exactly 0 apart.
[[nodiscard]] float squared_distance(const float* a, const float* b,
                                     std::size_t dimensions) noexcept;

// Codes are compared in blocks of this many items, which is also one word of an ItemSet.
inline constexpr std::size_t kBlockItems = 64;
// As many queries share one reading of a block.
inline constexpr std::size_t kScanQueries = 4;

// 64 items as 8-bit codes: for each pair of dimensions, both codes of item 0, of item 1, ...
struct CodeBlock {
  const std::int8_t* codes = nullptr;
  const float* squares = nullptr;  // of each item: squared length of what its codes stand for
  const float* errors = nullptr;   // of each item: distance between it and what its codes stand for
};

// A query as 16-bit codes, and how far it still looks.
struct CodeQuery {
  const std::int16_t* codes = nullptr;
  float square = 0.0F;  // squared length of what the codes stand for, less the rounding allowed for
  float scale = 0.0F;   // -2 x step of the items x step of the query
  float reach = 0.0F;   // items whose true distance may be below this are wanted
};

// What scan_block found for one query.
struct BlockHits {
  std::uint64_t items = 0;  // bit i: item i may be within reach
  std::array<float, kBlockItems>
      estimates{};  // squared distance between the codes, where a bit is set
};

// Compares up to kScanQueries queries with a block; `pairs` is half the dimensions, rounded up.
void scan_block(const CodeBlock& block, std::size_t pairs, std::span<const CodeQuery> queries,
                BlockHits* hits) noexcept;

// Centroids are compared in panels of this many: for each dimension, that number of all of them.
inline constexpr std::size_t kPanelCentroids = 16;
// As many rows share one reading of a panel.
inline constexpr std::size_t kPanelRows = 8;

// The two centroids of a row with the smallest |centroid|^2 / 2 - row . centroid, which are also
// its two nearest.
struct NearestTwo {
  float best = 0.0F;
  float second = 0.0F;
  std::uint32_t index = 0;
};

struct Panels {
  const float* values = nullptr;
  const float* halves = nullptr;  // |centroid|^2 / 2; infinity for the places left over at the end
  std::size_t points = 0;         // without those left over
  std::size_t dimensions = 0;
};

// rows.size() <= kPanelRows; nearest has as many.
void nearest_centroids(const Panels& panels, std::span<const float* const> rows,
                       NearestTwo* nearest) noexcept;

// |point|^2 / 2 - row . point of each row and each point of one panel: rows x kPanelCentroids, of
// which only the panel's points mean anything.
void panel_scores(const Panels& panel, std::span<const float* const> rows, float* scores) noexcept;

}  // namespace likeness
