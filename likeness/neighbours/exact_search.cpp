#include "likeness/neighbours/exact_search.hpp"

#include <algorithm>
#include <cassert>
#include <functional>

namespace likeness {
namespace {

// Queries that share one reading of those blocks.
constexpr std::size_t kGroupQueries = 32;
// Bytes of codes that one thread reads in some 0.3 ms, ten times what starting another one costs.
constexpr std::size_t kBytesPerThread = std::size_t{8} << 20;

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
  std::vector<Candidates> candidates;
  candidates.reserve(queries.count());
  for (std::size_t q = 0; q < queries.count(); ++q) {
    candidates.push_back(candidates_of(queries.row(q), options));
  }
  return best_in(range, candidates);
}

std::vector<std::vector<Neighbour>> ExactSearch::nearest_of_each(
    std::span<const NearestQuery> queries) const {
  std::vector<std::vector<float>> placed;  // what the candidates look at
  std::vector<Candidates> candidates;
  placed.reserve(queries.size());
  candidates.reserve(queries.size());
  for (const auto& [vector, options] : queries) {
    assert(options.among == nullptr || options.among->size() == space_->count());
    placed.push_back(space_->place(Rows(vector, vector.size())));
    candidates.push_back(candidates_of(placed.back(), options));
  }
  return best_in({.first = 0, .end = codes_.block_count()}, candidates);
}

Candidates ExactSearch::candidates_of(std::span<const float> placed_query,
                                      const NearestOptions& options) const {
  const CandidateOptions wanted{.wanted = std::min(options.count, space_->count()),
                                .among = options.among};
  return {*space_, codes_, placed_query, codes_.encode(placed_query), wanted};
}

std::vector<std::vector<Neighbour>> ExactSearch::best_in(BlockRange range,
                                                         std::span<Candidates> candidates) const {
  scan_codes(codes_, range, space_->count(), candidates);
  std::vector<std::vector<Neighbour>> found;
  found.reserve(candidates.size());
  for (auto& candidate : candidates) found.push_back(candidate.nearest());
  return found;
}

}  // namespace likeness
