#include "likeness/compute/weight_layout.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <map>
#include <utility>

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

constexpr std::uint32_t kPadding = 0xffffffffU;

std::uint16_t as_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  // Without branches, so that the compiler rounds several at once.
  const std::uint32_t is_nan = (bits & 0x7fffffffU) > 0x7f800000U ? 0xffffffffU : 0U;
  const std::uint32_t rounded = bits + 0x7fffU + (bits >> 16 & 1U);
  return static_cast<std::uint16_t>((((bits | 0x400000U) & is_nan) | (rounded & ~is_nan)) >> 16);
}

void gather(const float* from, std::span<const std::uint32_t> places, bool full, float* to) {
  if (full) {
    for (std::size_t i = 0; i < places.size(); ++i) to[i] = from[places[i]];
  } else {
    for (std::size_t i = 0; i < places.size(); ++i) {
      to[i] = places[i] == kPadding ? 0.0F : from[places[i]];
    }
  }
}

}  // namespace

WeightLayout with_swapped_channels(WeightLayout layout) {
  assert(layout.sizes.size() >= 2);
  std::swap(layout.sizes[0], layout.sizes[1]);
  std::swap(layout.strides[0], layout.strides[1]);
  for (std::size_t& dimension : layout.block_dimensions) {
    if (dimension < 2) dimension = 1 - dimension;
  }
  return layout;
}

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
    for_each_round(inner, [&](std::size_t, const Index& index) {  // one place after the other
      const bool is_value = std::ranges::equal(index, covered, std::ranges::less());
      those.full = those.full && is_value;
      those.plain.push_back(is_value ? static_cast<std::uint32_t>(plain_place(index)) : kPadding);
    });
  });
  run_ = tiles_of_a_run();
}

std::size_t WeightCopy::tiles_of_a_run() const {
  const auto follows = [&](std::size_t i) {
    return tiles_[i].plain == tiles_[i - 1].plain + 1 && tiles_[i].places == tiles_[i - 1].places &&
           tiles_[i].laid - tiles_[i - 1].laid == tiles_[1].laid - tiles_[0].laid;
  };
  std::size_t run = 1;
  while (run < tiles_.size() && follows(run)) ++run;
  if (tiles_.size() % run != 0) return 1;
  for (std::size_t i = 1; i < tiles_.size(); ++i) {
    if (i % run != 0 && !follows(i)) return 1;
  }
  return run;
}

template <typename Move>
void WeightCopy::for_each_tile(const Move& move) const {
  for (const Tile& tile : tiles_) move(tile, places_[tile.places]);
}

void WeightCopy::lay(const float* plain, float* laid) const {
  for_each_tile([&](const Tile& tile, const Places& places) {
    gather(plain + tile.plain, places.plain, places.full, laid + tile.laid);
  });
}

void WeightCopy::lay(const float* plain, std::uint16_t* laid) const {
  for_each_tile([&](const Tile& tile, const Places& places) {
    std::array<float, kTileValues> values;
    for (std::size_t begin = 0; begin < places.plain.size(); begin += kTileValues) {
      const std::size_t count = std::min(kTileValues, places.plain.size() - begin);
      gather(plain + tile.plain, std::span(places.plain).subspan(begin, count), places.full,
             values.data());
      std::uint16_t* to = laid + tile.laid + begin;
      for (std::size_t i = 0; i < count; ++i) to[i] = as_bf16(values[i]);
    }
  });
}

void WeightCopy::take(const float* laid, float* plain) const {
  if (run_ > 1) return take_runs(laid, plain);
  for_each_tile([&](const Tile& tile, const Places& places) {
    const float* from = laid + tile.laid;
    float* to = plain + tile.plain;
    for (const std::uint32_t place : places.plain) {
      if (place != kPadding) to[place] = *from;
      ++from;
    }
  });
}

// All taps of a value at once: those lie in one cache line of the plain tensor, which would be
// fetched again for each tap where its rows are a power of two apart.
void WeightCopy::take_runs(const float* laid, float* plain) const {
  const std::size_t step = tiles_[1].laid - tiles_[0].laid;
  for (std::size_t i = 0; i < tiles_.size(); i += run_) {
    const Tile& tile = tiles_[i];
    const float* from = laid + tile.laid;
    for (const std::uint32_t place : places_[tile.places].plain) {
      float* to = plain + tile.plain + place;
      const std::size_t taps = place == kPadding ? 0 : run_;
      for (std::size_t t = 0; t < taps; ++t) to[t] = from[t * step];
      ++from;
    }
  }
}

}  // namespace likeness
