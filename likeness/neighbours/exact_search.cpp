#include "likeness/neighbours/exact_search.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <functional>

#include "likeness/neighbours/candidates.hpp"

namespace likeness {
namespace {

// Blocks that stay in the first-level cache while all queries of a group are compared with them.
constexpr std::size_t kCachedBytes = std::size_t{24} << 10;
// Queries that share one reading of those blocks.
constexpr std::size_t kGroupQueries = 32;
// Bytes of codes that one thread reads in some 0.3 ms, ten times what starting another one costs.
constexpr std::size_t kBytesPerThread = std::size_t{8} << 20;

// Bit i: item i of the block may be returned.
std::uint64_t allowed_items(std::size_t block, std::size_t count, const ItemSet* among) {
  if (among != nullptr) return among->words()[block];
  const std::size_t rest = count - block * kBlockItems;
  return rest >= kBlockItems ? ~std::uint64_t{0} : (std::uint64_t{1} << rest) - 1;
}

void scan(const CodesView& codes, std::size_t block, std::uint64_t allowed,
          std::span<Candidates> queries) {
  std::array<BlockHits, kScanQueries> hits;
  std::array<CodeQuery, kScanQueries> views;
  for (std::size_t q = 0; q < queries.size(); ++q) views[q] = queries[q].view();
  scan_block(codes.block(block), codes.pairs(), std::span(views).first(queries.size()),
             hits.data());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    if (hits[q].items != 0) queries[q].add(hits[q], allowed, block * kBlockItems);
  }
}

}  // namespace

ExactSearch::ExactSearch(const Space& space, std::size_t threads)
    : space_(&space),
      own_(std::make_unique<const Codes>(space.rows(), threads)),
      codes_(own_->tables()) {}

ExactSearch::ExactSearch(const Space& space, const CodesView& codes)
    : space_(&space), codes_(codes) {
  assert(codes.block_count() == (space.count() + kBlockItems - 1) / kBlockItems);
}

std::vector<std::vector<Neighbour>> ExactSearch::nearest(const Rows& queries,
                                                         const NearestOptions& options) const {
  assert(options.among == nullptr || options.among->size() == space_->count());
  std::vector<std::vector<Neighbour>> found(queries.count());
  if (options.count == 0 || space_->count() == 0) return found;
  const std::vector<float> placed = space_->place(queries);
  const Rows rows(placed, space_->dimensions());
  if (queries.count() < std::max<std::size_t>(2, options.threads)) {
    for (std::size_t q = 0; q < queries.count(); ++q)
      found[q] = nearest_of_one(rows.row(q), options);
    return found;
  }
  const std::size_t share = (queries.count() + options.threads - 1) / options.threads;
  const std::size_t group = std::min(kGroupQueries, share);
  const std::size_t groups = (queries.count() + group - 1) / group;
  parallel_for(groups, options.threads, [&](std::size_t g) {
    const std::size_t first = g * group;
    const std::size_t count = std::min(group, queries.count() - first);
    const Rows part(rows.values().subspan(first * rows.dimensions(), count * rows.dimensions()),
                    rows.dimensions());
    auto nearest = nearest_in(part, {.first = 0, .end = codes_.block_count()}, options);
    std::ranges::move(nearest, found.begin() + static_cast<std::ptrdiff_t>(first));
  });
  return found;
}

// One query over several threads: each searches its share of the items, the best of all are kept.
std::vector<Neighbour> ExactSearch::nearest_of_one(std::span<const float> query,
                                                   const NearestOptions& options) const {
  const std::size_t blocks = codes_.block_count();
  const std::size_t bytes = blocks * kBlockItems * space_->dimensions();
  const std::size_t parts = std::clamp<std::size_t>(bytes / kBytesPerThread, 1,
                                                    std::max<std::size_t>(1, options.threads));
  std::vector<std::vector<Neighbour>> found(parts);
  parallel_for(parts, parts, [&](std::size_t part) {
    const BlockRange range{.first = part * blocks / parts, .end = (part + 1) * blocks / parts};
    found[part] = std::move(nearest_in(Rows(query, query.size()), range, options).front());
  });
  auto best = std::move(found.front());
  for (std::size_t part = 1; part < parts; ++part) {
    best.insert(best.end(), found[part].begin(), found[part].end());
  }
  if (parts > 1) std::ranges::sort(best, std::less());
  best.resize(std::min(best.size(), options.count));
  return best;
}

std::vector<std::vector<Neighbour>> ExactSearch::nearest_in(const Rows& queries, BlockRange range,
                                                            const NearestOptions& options) const {
  const std::size_t wanted = std::min(options.count, space_->count());
  std::vector<Candidates> candidates;
  candidates.reserve(queries.count());
  for (std::size_t q = 0; q < queries.count(); ++q) {
    candidates.emplace_back(*space_, codes_, queries.row(q), wanted);
  }
  const std::size_t cached =
      std::max<std::size_t>(1, kCachedBytes / (codes_.pairs() * 2 * kBlockItems));
  for (std::size_t first = range.first; first < range.end; first += cached) {
    const std::size_t end = std::min(range.end, first + cached);
    for (std::size_t q = 0; q < candidates.size(); q += kScanQueries) {
      const auto group =
          std::span(candidates).subspan(q, std::min(kScanQueries, candidates.size() - q));
      for (std::size_t block = first; block < end; ++block) {
        const auto allowed = allowed_items(block, space_->count(), options.among);
        if (allowed != 0) scan(codes_, block, allowed, group);
      }
    }
  }
  std::vector<std::vector<Neighbour>> found;
  found.reserve(candidates.size());
  for (auto& candidate : candidates) found.push_back(candidate.nearest());
  return found;
}

}  // namespace likeness
