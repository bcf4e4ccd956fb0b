#include "likeness/neighbours/candidates.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <utility>

#include "likeness/neighbours/distance.hpp"

namespace likeness {
namespace {

// At most so many candidates wait to be measured, or twice as many as are wanted: a bound of
// memory for catalogues in which very many items are equally far. Without upper bounds only what is
// measured brings the limit nearer, and few wait.
constexpr std::size_t kMostOpen = 4096;
constexpr std::size_t kMostOpenUnbounded = 64;

// Blocks that stay in the first-level cache while all queries of a group are compared with them.
constexpr std::size_t kCachedBytes = std::size_t{24} << 10;

// A limit that no item is beyond because of rounding, or of what underflows.
float loosened(double limit, std::size_t dimensions) {
  return static_cast<float>(limit * (1.0 + rounding_of_distances(dimensions)) + 1e-17);
}

// Bit i: item i of the block may be returned.
std::uint64_t allowed_items(std::size_t block, std::size_t count, const ItemSet* among) {
  if (among != nullptr) return among->words()[block];
  const std::size_t rest = count - block * kBlockItems;
  return rest >= kBlockItems ? ~std::uint64_t{0} : (std::uint64_t{1} << rest) - 1;
}

// The queries that share each reading of a block.
class QueryGroup {
 public:
  explicit QueryGroup(std::span<Candidates> queries) : queries_(queries) {
    for (std::size_t q = 0; q < queries.size(); ++q) views_[q] = queries[q].view();
  }

  // `items` is the number of all items.
  void scan(const CodesView& codes, std::size_t block, std::size_t items) {
    std::uint64_t any = 0;
    for (std::size_t q = 0; q < queries_.size(); ++q) {
      allowed_[q] = allowed_items(block, items, queries_[q].among());
      any |= allowed_[q];
    }
    if (any == 0) return;
    scan_block(codes.block(block), codes.pairs(), std::span(views_).first(queries_.size()),
               hits_.data());
    for (std::size_t q = 0; q < queries_.size(); ++q) {
      if ((hits_[q].items & allowed_[q]) == 0) continue;
      queries_[q].add(hits_[q], allowed_[q], block * kBlockItems);
      views_[q] = queries_[q].view();
    }
  }

 private:
  std::span<Candidates> queries_;
  std::array<CodeQuery, kScanQueries> views_;
  std::array<BlockHits, kScanQueries> hits_;
  std::array<std::uint64_t, kScanQueries> allowed_{};
};

}  // namespace

Candidates::Candidates(const Space& space, const CodesView& codes,
                       std::span<const float> placed_query, CodedQuery coded,
                       const CandidateOptions& options)
    : space_(space),
      codes_(codes),
      query_(placed_query),
      options_(options),
      coded_(std::move(coded)),
      limit_(loosened(space.euclidean(options.within), space.dimensions())) {}

CodeQuery Candidates::view() const noexcept {
  return {.codes = coded_.codes.data(),
          .square = coded_.square - coded_.rounding,
          .scale = coded_.scale,
          .reach = limit_ + coded_.error};
}

void Candidates::add(const BlockHits& hits, std::uint64_t allowed, std::size_t first) {
  if (options_.wanted == 0) return;
  for (std::uint64_t rest = hits.items & allowed; rest != 0; rest &= rest - 1) {
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
  const std::size_t most = options_.codes_are_whole ? kMostOpen : kMostOpenUnbounded;
  if (open_.size() >= std::max(most, 2 * options_.wanted)) settle();
}

// Once as many upper bounds as items are wanted are known, the largest of them is the limit.
void Candidates::tighten(float upper) {
  if (!options_.codes_are_whole) return;
  if (uppers_.size() < options_.wanted) {
    uppers_.push_back(upper);
    std::ranges::push_heap(uppers_);
  } else if (upper < uppers_.front()) {
    std::ranges::pop_heap(uppers_);
    uppers_.back() = upper;
    std::ranges::push_heap(uppers_);
  }
  if (uppers_.size() == options_.wanted) {
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
  if (found.distance > options_.within) return;
  if (best_.size() < options_.wanted) {
    best_.push_back(found);
    std::ranges::push_heap(best_, std::less());
  } else if (found < best_.front()) {
    std::ranges::pop_heap(best_, std::less());
    best_.back() = found;
    std::ranges::push_heap(best_, std::less());
  }
  if (best_.size() == options_.wanted) {
    const double farthest = space_.euclidean(best_.front().distance);
    limit_ = std::min(limit_, loosened(farthest, space_.dimensions()));
  }
}

std::vector<Neighbour> Candidates::nearest() {
  settle();
  std::ranges::sort_heap(best_, std::less());
  return std::move(best_);
}

void scan_codes(const CodesView& codes, BlockRange range, std::size_t items,
                std::span<Candidates> queries) {
  const std::size_t cached =
      std::max<std::size_t>(1, kCachedBytes / (codes.pairs() * 2 * kBlockItems));
  for (std::size_t first = range.first; first < range.end; first += cached) {
    const std::size_t end = std::min(range.end, first + cached);
    for (std::size_t q = 0; q < queries.size(); q += kScanQueries) {
      QueryGroup group(queries.subspan(q, std::min(kScanQueries, queries.size() - q)));
      for (std::size_t block = first; block < end; ++block) group.scan(codes, block, items);
    }
  }
}

}  // namespace likeness
