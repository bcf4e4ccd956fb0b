#include "likeness/neighbours/search.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/graph_query.hpp"
#include "likeness/neighbours/scan.hpp"

namespace likeness {
namespace {

bool wants_graph(std::size_t count, const SearchOptions& options) {
  if (count == 0 || options.method == SearchOptions::Method::kExact) return false;
  if (options.method == SearchOptions::Method::kApproximate) return true;
  return count >= Search::kApproximateFrom && options.expected_queries >= count;
}

}  // namespace

Search::Search(const Rows& rows, const SearchOptions& options)
    : space_(std::make_unique<const Space>(rows, options.metric, options.threads)) {
  if (options.expected_queries >= kCodesFrom) exact_.emplace(*space_, options.threads);
  if (wants_graph(rows.count(), options)) {
    GraphOptions graph = options.graph;
    graph.threads = options.threads;
    graph_.emplace(*space_, graph);
  }
}

std::vector<Neighbour> Search::nearest(std::span<const float> query,
                                       const NearestOptions& options) const {
  return std::move(nearest(Rows(query, query.size()), options).front());
}

std::vector<std::vector<Neighbour>> Search::exact_nearest(const Rows& queries,
                                                          const NearestOptions& options) const {
  if (exact_) return exact_->nearest(queries, options);
  const std::vector<float> placed = space_->place(queries);
  const Rows rows(placed, space_->dimensions());
  std::vector<std::vector<Neighbour>> found;
  found.reserve(queries.count());
  for (std::size_t q = 0; q < queries.count(); ++q) {
    found.push_back(scan_nearest(*space_, rows.row(q), options));
  }
  return found;
}

std::vector<std::vector<Neighbour>> Search::nearest(const Rows& queries,
                                                    const NearestOptions& options) const {
  if (!graph_ || options.count == 0) return exact_nearest(queries, options);
  const ApproximateSearch& graph = *graph_;
  const std::size_t matching = options.among != nullptr ? options.among->count() : space_->count();
  const std::vector<float> placed = space_->place(queries);
  const Rows rows(placed, space_->dimensions());
  std::vector<std::vector<Neighbour>> found(queries.count());
  parallel_for(queries.count(), options.threads, [&](std::size_t q) {
    const auto nearest = [&](std::size_t count, std::size_t breadth) {
      return graph.nearest(rows.row(q), count, breadth);
    };
    found[q] = nearest_matching(nearest, space_->count(), matching, options);
  });
  // One by one, so that each exact search has all threads.
  for (std::size_t q = 0; q < found.size(); ++q) {
    if (found[q].size() >= std::min(options.count, matching)) continue;
    found[q] =
        std::move(exact_nearest(Rows(queries.row(q), queries.dimensions()), options).front());
  }
  return found;
}

}  // namespace likeness
