// The one call that finds neighbours: exact or approximate, whichever is faster for so many items.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "likeness/neighbours/approximate_search.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/exact_search.hpp"
#include "likeness/neighbours/index.hpp"
#include "likeness/neighbours/neighbour.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct SearchOptions {
  enum class Method { kAutomatic, kExact, kApproximate };

  Metric metric = Metric::kEuclidean;
  Method method = Method::kAutomatic;
  // A graph costs about as much as an exact search for each item: automatic means approximate only
  // where at least as many queries as items are expected. One command asks once; a service, always.
  // For less than Search::kCodesFrom queries not even the codes of the exact search pay.
  std::size_t expected_queries = std::numeric_limits<std::size_t>::max();
  GraphOptions graph = {};  // where the method is approximate
  std::size_t threads = available_threads();
};

class Search : public Index {
 public:
  // From so many items on a single query is at least twice as fast in a graph; see
  // bench/neighbours_bench. Below, the automatic method is always exact.
  static constexpr std::size_t kApproximateFrom = 200'000;

  // Codes cost about as much as so many scans without them.
  static constexpr std::size_t kCodesFrom = 8;

  // The rows must outlive the search. Throws as check_rows does.
  explicit Search(const Rows& rows, const SearchOptions& options = {});

  [[nodiscard]] bool approximate() const noexcept { return graph_.has_value(); }
  [[nodiscard]] const Space& space() const noexcept { return *space_; }
  [[nodiscard]] std::size_t count() const noexcept override { return space_->count(); }
  [[nodiscard]] std::size_t dimensions() const noexcept override { return space_->dimensions(); }
  [[nodiscard]] float distance_between(std::size_t item, std::size_t other) const override {
    return space_->distance_between(item, other);
  }

  // For each query always min(options.count, items in options.among) neighbours, nearest first, the
  // earlier item where two are equally near. An approximate search finds at least 98 of 100 of the
  // ten nearest; it searches exactly where the filter leaves few items, and where the graph returns
  // too few of them. Throws Error::kInput for a query that is not finite.
  [[nodiscard]] std::vector<std::vector<Neighbour>> nearest(
      const Rows& queries, const NearestOptions& options = {}) const;
  [[nodiscard]] std::vector<Neighbour> nearest(std::span<const float> query,
                                               const NearestOptions& options = {}) const override;

 private:
  [[nodiscard]] std::vector<std::vector<Neighbour>> exact_nearest(
      const Rows& queries, const NearestOptions& options) const;

  std::unique_ptr<const Space> space_;  // on the heap, as both searches point to it
  std::optional<ExactSearch> exact_;    // nothing where it would not pay
  std::optional<ApproximateSearch> graph_;
};

}  // namespace likeness
