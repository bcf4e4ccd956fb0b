#include "likeness/neighbours/candidates.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "likeness/neighbours/distance.hpp"

namespace likeness {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// At most so many candidates wait to be measured, or twice as many as are wanted: a bound of
// memory for catalogues in which very many items are equally far.
constexpr std::size_t kMostOpen = 4096;

// A limit that no item is beyond because of rounding, or of what underflows.
float loosened(double limit, std::size_t dimensions) {
  return static_cast<float>(limit * (1.0 + rounding_of_distances(dimensions)) + 1e-17);
}

}  // namespace

Candidates::Candidates(const Space& space, const CodesView& codes,
                       std::span<const float> placed_query, std::size_t wanted)
    : space_(space),
      codes_(codes),
      query_(placed_query),
      wanted_(wanted),
      coded_(codes.encode(placed_query)),
      limit_(kInfinity) {}

CodeQuery Candidates::view() const noexcept {
  return {.codes = coded_.codes.data(),
          .square = coded_.square - coded_.rounding,
          .scale = coded_.scale,
          .reach = limit_ + coded_.error};
}

void Candidates::add(const BlockHits& hits, std::uint64_t among, std::size_t first) {
  for (std::uint64_t rest = hits.items & among; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(rest));
    add(first + i, hits.estimates[i]);
  }
}

void Candidates::add(std::size_t item, float estimate) {
  const float error = codes_.error(item) + coded_.error;
  const float lower = std::sqrt(std::max(0.0F, estimate)) - error;
  if (lower > limit_) return;
  open_.push_back({lower, item});
  tighten(std::sqrt(std::max(0.0F, estimate + 2.0F * coded_.rounding)) + error);
  if (open_.size() >= std::max(kMostOpen, 2 * wanted_)) settle();
}

// Once as many upper bounds as items are wanted are known, the largest of them is the limit.
void Candidates::tighten(float upper) {
  if (uppers_.size() < wanted_) {
    uppers_.push_back(upper);
    std::ranges::push_heap(uppers_);
  } else if (upper < uppers_.front()) {
    std::ranges::pop_heap(uppers_);
    uppers_.back() = upper;
    std::ranges::push_heap(uppers_);
  }
  if (uppers_.size() == wanted_) {
    limit_ = std::min(limit_, loosened(uppers_.front(), space_.dimensions()));
  }
}

// Measures the open candidates in the order of their lower bounds, until none can be wanted.
void Candidates::settle() {
  std::erase_if(open_, [&](const Bounded& candidate) { return candidate.lower > limit_; });
  std::ranges::sort(open_, [](const Bounded& a, const Bounded& b) {
    return a.lower != b.lower ? a.lower < b.lower : a.item < b.item;
  });
  for (const auto& candidate : open_) {
    if (candidate.lower > limit_) break;
    measure(candidate.item);
  }
  open_.clear();
}

void Candidates::measure(std::size_t item) {
  const Neighbour found{.item = item, .distance = space_.distance(query_.data(), item)};
  if (best_.size() < wanted_) {
    best_.push_back(found);
    std::ranges::push_heap(best_, std::less());
  } else if (found < best_.front()) {
    std::ranges::pop_heap(best_, std::less());
    best_.back() = found;
    std::ranges::push_heap(best_, std::less());
  }
  if (best_.size() == wanted_) {
    const double farthest = space_.euclidean(best_.front().distance);
    limit_ = std::min(limit_, loosened(farthest, space_.dimensions()));
  }
}

std::vector<Neighbour> Candidates::nearest() {
  settle();
  std::ranges::sort_heap(best_, std::less());
  return std::move(best_);
}

}  // namespace likeness
