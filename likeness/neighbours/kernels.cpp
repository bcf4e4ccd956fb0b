#include "likeness/neighbours/kernels.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

// Highway includes this file again for each instruction set; see its quick reference.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likeness/neighbours/kernels.cpp"
#include <hwy/foreach_target.h>
// It must come after foreach_target.h.
#include <hwy/highway.h>

// Plain arrays, as the functions of std::array are not compiled for the instruction set at hand.
// NOLINTBEGIN(modernize-avoid-c-arrays)
HWY_BEFORE_NAMESPACE();
namespace likeness::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, kPanelCentroids>;
using IntTag = hn::RebindToSigned<FloatTag>;
using FloatVector = hn::Vec<FloatTag>;
using IntVector = hn::Vec<IntTag>;
constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());

HWY_ATTR float squared_distance_of(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                                   std::size_t dimensions) {
  const FloatTag d;
  // Two sums, so that one addition need not wait for the one before.
  auto even = hn::Zero(d);
  auto odd = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 2 * kLanes <= dimensions; i += 2 * kLanes) {
    const auto first = hn::Sub(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    const auto second = hn::Sub(hn::LoadU(d, a + i + kLanes), hn::LoadU(d, b + i + kLanes));
    even = hn::MulAdd(first, first, even);
    odd = hn::MulAdd(second, second, odd);
  }
  if (i + kLanes <= dimensions) {
    const auto difference = hn::Sub(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    even = hn::MulAdd(difference, difference, even);
    i += kLanes;
  }
  float rest = 0.0F;
  for (; i < dimensions; ++i) rest += (a[i] - b[i]) * (a[i] - b[i]);
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd))) + rest;
}

// Vectors of items held in registers at once: AVX-512 has 32 registers, the others 16.
constexpr std::size_t kScanVectors = kLanes == 16 ? 4 : 2;

// Dot products of the codes of kQueries queries with kScanVectors x kLanes items.
#if HWY_TARGET == HWY_SCALAR  // which has no narrow vectors
template <std::size_t kQueries>
void multiply_codes(const std::int8_t* HWY_RESTRICT codes, std::size_t pairs,
                    const CodeQuery* HWY_RESTRICT queries,
                    IntVector (&sums)[kQueries][kScanVectors]) {
  for (std::size_t p = 0; p < pairs; ++p) {
    for (std::size_t q = 0; q < kQueries; ++q) {
      const std::int16_t* query = queries[q].codes + 2 * p;
      for (std::size_t v = 0; v < kScanVectors; ++v) {
        const std::int8_t* item = codes + 2 * (p * kBlockItems + v);
        sums[q][v].raw += item[0] * query[0] + item[1] * query[1];
      }
    }
  }
}
#else
using ShortTag = hn::Repartition<std::int16_t, IntTag>;
using ByteTag = hn::Rebind<std::int8_t, ShortTag>;

template <std::size_t kQueries>
HWY_ATTR HWY_INLINE void multiply_codes(const std::int8_t* HWY_RESTRICT codes, std::size_t pairs,
                                        const CodeQuery* HWY_RESTRICT queries,
                                        IntVector (&sums)[kQueries][kScanVectors]) {
  const IntTag d;
  const ShortTag short_tag;
  const ByteTag byte_tag;
  IntVector spare = hn::Zero(d);  // used by instruction sets that need two sums
  for (std::size_t p = 0; p < pairs; ++p) {
    hn::Vec<ShortTag> items[kScanVectors];
    for (std::size_t v = 0; v < kScanVectors; ++v) {
      items[v] =
          hn::PromoteTo(short_tag, hn::LoadU(byte_tag, codes + 2 * (p * kBlockItems + v * kLanes)));
    }
    for (std::size_t q = 0; q < kQueries; ++q) {
      std::int32_t pair = 0;
      std::memcpy(&pair, queries[q].codes + 2 * p, sizeof(pair));
      const auto query = hn::BitCast(short_tag, hn::Set(d, pair));
      for (std::size_t v = 0; v < kScanVectors; ++v) {
        sums[q][v] = hn::ReorderWidenMulAccumulate(d, items[v], query, sums[q][v], spare);
      }
    }
  }
}
#endif

// Marks the items of one vector whose distance may be below the query's reach:
// distance(codes) - error of the item <= reach, without the square root.
HWY_ATTR HWY_INLINE void mark_hits(const CodeBlock& block, const CodeQuery& query, IntVector dots,
                                   std::size_t first, BlockHits& hits) {
  const FloatTag d;
  const auto estimate =
      hn::MulAdd(hn::Set(d, query.scale), hn::ConvertTo(d, dots),
                 hn::Add(hn::Set(d, query.square), hn::LoadU(d, block.squares + first)));
  const auto limit = hn::Add(hn::Set(d, query.reach), hn::LoadU(d, block.errors + first));
  const auto within = hn::Le(estimate, hn::Mul(limit, limit));
  if (hn::AllFalse(d, within)) return;
  std::uint8_t bits[8] = {};
  hn::StoreMaskBits(d, within, bits);
  std::uint64_t word = 0;
  std::memcpy(&word, bits, sizeof(word));
  hits.items |= word << first;
  hn::StoreU(estimate, d, hits.estimates.data() + first);
}

template <std::size_t kQueries>
HWY_ATTR void scan_block_with(const CodeBlock& block, std::size_t pairs, const CodeQuery* queries,
                              BlockHits* hits) {
  for (std::size_t q = 0; q < kQueries; ++q) hits[q].items = 0;
  for (std::size_t first = 0; first < kBlockItems; first += kScanVectors * kLanes) {
    IntVector sums[kQueries][kScanVectors];
    for (auto& row : sums) {
      for (auto& sum : row) sum = hn::Zero(IntTag());
    }
    multiply_codes<kQueries>(block.codes + 2 * first, pairs, queries, sums);
    for (std::size_t q = 0; q < kQueries; ++q) {
      for (std::size_t v = 0; v < kScanVectors; ++v) {
        mark_hits(block, queries[q], sums[q][v], first + v * kLanes, hits[q]);
      }
    }
  }
}

HWY_ATTR void scan_block_of(const CodeBlock& block, std::size_t pairs, const CodeQuery* queries,
                            std::size_t count, BlockHits* hits) {
  switch (count) {
    case 4: scan_block_with<4>(block, pairs, queries, hits); break;
    case 3: scan_block_with<3>(block, pairs, queries, hits); break;
    case 2: scan_block_with<2>(block, pairs, queries, hits); break;
    default: scan_block_with<1>(block, pairs, queries, hits); break;
  }
}

// Few points are compared by half a vector: where 16 numbers fit into one, 6 of them would be as
// slow as 16.
constexpr std::size_t kFewPoints = 8;
using FewTag = hn::CappedTag<float, kFewPoints>;

// Lane by lane the smallest two scores so far, and the vector of the smallest.
template <class D>
struct LaneBest {
  hn::Vec<D> best;
  hn::Vec<D> second;
  hn::Vec<hn::RebindToSigned<D>> vector;
};

template <class D>
HWY_ATTR HWY_INLINE NearestTwo smallest_of_lanes(const LaneBest<D>& lanes) {
  constexpr std::size_t kWidth = hn::MaxLanes(D());
  float best[kWidth];
  float second[kWidth];
  std::int32_t vector[kWidth];
  hn::StoreU(lanes.best, D(), best);
  hn::StoreU(lanes.second, D(), second);
  hn::StoreU(lanes.vector, hn::RebindToSigned<D>(), vector);
  NearestTwo nearest{.best = std::numeric_limits<float>::infinity(),
                     .second = std::numeric_limits<float>::infinity(),
                     .index = 0};
  for (std::size_t lane = 0; lane < kWidth; ++lane) {
    const auto index = static_cast<std::uint32_t>(vector[lane]) * kWidth + lane;
    const bool nearer =
        best[lane] < nearest.best || (best[lane] == nearest.best && index < nearest.index);
    const float other = nearer ? nearest.best : best[lane];
    nearest.second = std::min({nearest.second, second[lane], other});
    if (nearer) {
      nearest.best = best[lane];
      nearest.index = static_cast<std::uint32_t>(index);
    }
  }
  return nearest;
}

// Scores of kRows rows with the points of vector v of all the panels.
template <class D, std::size_t kRows>
HWY_ATTR HWY_INLINE void score(const Panels& panels, std::size_t v, const float* const* rows,
                               hn::Vec<D> (&scores)[kRows]) {
  const D d;
  const std::size_t point = v * hn::MaxLanes(d);
  const float* column = panels.values +
                        point / kPanelCentroids * kPanelCentroids * panels.dimensions +
                        point % kPanelCentroids;
  for (auto& sum : scores) sum = hn::LoadU(d, panels.halves + point);
  for (std::size_t i = 0; i < panels.dimensions; ++i, column += kPanelCentroids) {
    const auto points = hn::LoadU(d, column);
    for (std::size_t r = 0; r < kRows; ++r) {
      scores[r] = hn::NegMulAdd(hn::Set(d, rows[r][i]), points, scores[r]);
    }
  }
}

template <class D>
HWY_ATTR HWY_INLINE std::size_t vectors_of(const Panels& panels) {
  constexpr std::size_t kWidth = hn::MaxLanes(D());
  return (panels.points + kWidth - 1) / kWidth;
}

template <class D, std::size_t kRows>
HWY_ATTR void nearest_of_rows(const Panels& panels, const float* const* rows, NearestTwo* nearest) {
  using Index = hn::RebindToSigned<D>;
  LaneBest<D> lanes[kRows];
  for (auto& lane : lanes) {
    lane.best = hn::Set(D(), std::numeric_limits<float>::infinity());
    lane.second = lane.best;
    lane.vector = hn::Zero(Index());
  }
  for (std::size_t v = 0; v < vectors_of<D>(panels); ++v) {
    hn::Vec<D> scores[kRows];
    score<D, kRows>(panels, v, rows, scores);
    const auto vector = hn::Set(Index(), static_cast<std::int32_t>(v));
    for (std::size_t r = 0; r < kRows; ++r) {
      auto& lane = lanes[r];
      const auto nearer = hn::Lt(scores[r], lane.best);
      lane.second = hn::Min(lane.second, hn::Max(lane.best, scores[r]));
      lane.best = hn::Min(lane.best, scores[r]);
      lane.vector = hn::IfThenElse(hn::RebindMask(Index(), nearer), vector, lane.vector);
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) nearest[r] = smallest_of_lanes<D>(lanes[r]);
}

template <class D>
HWY_ATTR void nearest_centroids_by(const Panels& panels, const float* const* rows,
                                   std::size_t row_count, NearestTwo* nearest) {
  if (row_count == kPanelRows) {
    nearest_of_rows<D, kPanelRows>(panels, rows, nearest);
    return;
  }
  for (std::size_t r = 0; r < row_count; ++r) nearest_of_rows<D, 1>(panels, rows + r, nearest + r);
}

HWY_ATTR void nearest_centroids_of(const Panels& panels, const float* const* rows,
                                   std::size_t row_count, NearestTwo* nearest) {
  if (panels.points <= kFewPoints) {
    nearest_centroids_by<FewTag>(panels, rows, row_count, nearest);
  } else {
    nearest_centroids_by<FloatTag>(panels, rows, row_count, nearest);
  }
}

template <class D, std::size_t kRows>
HWY_ATTR void store_scores(const Panels& panel, const float* const* rows, float* to) {
  for (std::size_t v = 0; v < vectors_of<D>(panel); ++v) {
    hn::Vec<D> scores[kRows];
    score<D, kRows>(panel, v, rows, scores);
    for (std::size_t r = 0; r < kRows; ++r) {
      hn::StoreU(scores[r], D(), to + r * kPanelCentroids + v * hn::MaxLanes(D()));
    }
  }
}

template <class D>
HWY_ATTR void panel_scores_by(const Panels& panel, const float* const* rows, std::size_t row_count,
                              float* to) {
  if (row_count == kPanelRows) {
    store_scores<D, kPanelRows>(panel, rows, to);
    return;
  }
  for (std::size_t r = 0; r < row_count; ++r) {
    store_scores<D, 1>(panel, rows + r, to + r * kPanelCentroids);
  }
}

HWY_ATTR void panel_scores_of(const Panels& panel, const float* const* rows, std::size_t row_count,
                              float* to) {
  if (panel.points <= kFewPoints) {
    panel_scores_by<FewTag>(panel, rows, row_count, to);
  } else {
    panel_scores_by<FloatTag>(panel, rows, row_count, to);
  }
}

}  // namespace likeness::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
// NOLINTEND(modernize-avoid-c-arrays)

#if HWY_ONCE
namespace likeness {

HWY_EXPORT(squared_distance_of);
HWY_EXPORT(scan_block_of);
HWY_EXPORT(nearest_centroids_of);
HWY_EXPORT(panel_scores_of);

float squared_distance(const float* a, const float* b, std::size_t dimensions) noexcept {
  return HWY_DYNAMIC_DISPATCH(squared_distance_of)(a, b, dimensions);
}

void scan_block(const CodeBlock& block, std::size_t pairs, std::span<const CodeQuery> queries,
                BlockHits* hits) noexcept {
  HWY_DYNAMIC_DISPATCH(scan_block_of)(block, pairs, queries.data(), queries.size(), hits);
}

void nearest_centroids(const Panels& panels, std::span<const float* const> rows,
                       NearestTwo* nearest) noexcept {
  HWY_DYNAMIC_DISPATCH(nearest_centroids_of)(panels, rows.data(), rows.size(), nearest);
}

void panel_scores(const Panels& panel, std::span<const float* const> rows, float* scores) noexcept {
  HWY_DYNAMIC_DISPATCH(panel_scores_of)(panel, rows.data(), rows.size(), scores);
}

}  // namespace likeness
#endif
