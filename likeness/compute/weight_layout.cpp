#include "likeness/compute/weight_layout.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <map>

#include "likeness/compute/parallel_ranges.hpp"

namespace likeness {
namespace {

constexpr std::size_t kLargestRank = 5;   // groups, outputs, inputs, rows, columns
constexpr std::size_t kTileValues = 256;  // as many at least, so that a tile costs nothing itself

using Index = std::array<std::size_t, kLargestRank>;

// `count` pieces of a dimension, one every `stride` places, each of `step` values of the dimension.
struct Loop {
  std::size_t dimension = 0;
  std::size_t count = 1;
  std::size_t step = 1;
  std::size_t stride = 1;
};

// From the innermost to the outermost: the first `inner` make a tile.
struct Loops {
  std::vector<Loop> all;
  std::size_t inner = 0;
};

Loops loops_of(const WeightLayout& layout) {
  Loops loops;
  Index step;
  step.fill(1);
  std::size_t values = 1;
  for (std::size_t b = layout.block_sizes.size(); b-- > 0;) {
    const std::size_t d = layout.block_dimensions[b];
    const std::size_t size = layout.block_sizes[b];
    loops.all.push_back({.dimension = d, .count = size, .step = step[d], .stride = values});
    step[d] *= size;
    values *= size;
  }
  loops.inner = loops.all.size();
  for (std::size_t d = 0; d < layout.sizes.size(); ++d) {
    const std::size_t count = (layout.sizes[d] + step[d] - 1) / step[d];
    if (count == 1) continue;
    loops.all.push_back(
        {.dimension = d, .count = count, .step = step[d], .stride = layout.strides[d]});
  }
  const auto outer = loops.all.begin() + static_cast<std::ptrdiff_t>(loops.inner);
  std::ranges::sort(outer, loops.all.end(), {}, &Loop::stride);
  for (; loops.inner < loops.all.size() && values < kTileValues; ++loops.inner) {
    const Loop& next = loops.all[loops.inner];
    if (next.stride != values) break;
    values *= next.count;
  }
  return loops;
}

// Calls visit(place, index of the value) for each round of the loops.
template <typename Visit>
void for_each_round(std::span<const Loop> loops, const Visit& visit) {
  std::size_t rounds = 1;
  for (const Loop& loop : loops) rounds *= loop.count;
  for (std::size_t i = 0; i < rounds; ++i) {
    std::size_t place = 0;
    Index index{};
    std::size_t rest = i;
    for (const Loop& loop : loops) {
      place += rest % loop.count * loop.stride;
      index[loop.dimension] += rest % loop.count * loop.step;
      rest /= loop.count;
    }
    visit(place, index);
  }
}

std::uint16_t as_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const bool is_nan = (bits & 0x7fffffffU) > 0x7f800000U;
  const std::uint32_t rounded = is_nan ? bits | 0x400000U : bits + 0x7fffU + (bits >> 16 & 1U);
  return static_cast<std::uint16_t>(rounded >> 16);
}

}  // namespace

WeightCopy::WeightCopy(const WeightLayout& layout) {
  assert(layout.sizes.size() <= kLargestRank);
  const Loops loops = loops_of(layout);
  const std::span<const Loop> inner(loops.all.data(), loops.inner);
  const std::span<const Loop> outer = std::span(loops.all).subspan(loops.inner);
  Index extent;  // what a full tile covers of each dimension
  extent.fill(1);
  for (const Loop& loop : inner) extent[loop.dimension] = loop.step * loop.count;
  const auto plain_place = [&](const Index& index) {
    std::size_t place = 0;
    for (std::size_t d = 0; d < layout.sizes.size(); ++d)
      place = place * layout.sizes[d] + index[d];
    return place;
  };

  std::map<Index, std::size_t> known;  // what tiles cover that end where the tensor ends
  for_each_round(outer, [&](std::size_t laid, const Index& start) {
    Index covered = extent;
    for (std::size_t d = 0; d < layout.sizes.size(); ++d) {
      covered[d] = std::min(extent[d], layout.sizes[d] - start[d]);
    }
    const auto [places, is_new] = known.try_emplace(covered, known.size());
    tiles_.push_back({.laid = laid, .plain = plain_place(start), .places = places->second});
    if (!is_new) return;
    auto& those = places_.emplace_back();
    for_each_round(inner, [&](std::size_t place, const Index& index) {
      if (!std::ranges::equal(index, covered, std::ranges::less())) return;  // padding
      those.push_back({.laid = static_cast<std::uint32_t>(place),
                       .plain = static_cast<std::uint32_t>(plain_place(index))});
    });
  });
}

template <typename Move>
void WeightCopy::move_all(const Move& move) const {
  constexpr std::size_t kGrain = 16;  // tiles: a few thousand values
  parallel_ranges(tiles_.size(), kGrain, [&](std::size_t begin, std::size_t end, std::size_t) {
    for (const Tile& tile : std::span(tiles_).subspan(begin, end - begin)) {
      for (const Place& place : places_[tile.places]) {
        move(tile.laid + place.laid, tile.plain + place.plain);
      }
    }
  });
}

void WeightCopy::lay(const float* plain, float* laid) const {
  move_all([&](std::size_t to, std::size_t from) { laid[to] = plain[from]; });
}

void WeightCopy::lay(const float* plain, std::uint16_t* laid) const {
  move_all([&](std::size_t to, std::size_t from) { laid[to] = as_bf16(plain[from]); });
}

void WeightCopy::take(const float* laid, float* plain) const {
  move_all([&](std::size_t from, std::size_t to) { plain[to] = laid[from]; });
}

}  // namespace likeness
