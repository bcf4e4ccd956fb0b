// Queries that come one by one from several threads, gathered: those that come while others are
// searched for are then searched for together, in one pass over the codes. It pays where the codes
// are larger than the processor's caches, and a pass costs what it costs to read them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "likeness/neighbours/files_search.hpp"
#include "likeness/neighbours/index.hpp"

namespace likeness {

// Each query is answered as by the search itself, and what is wrong with one is no other's matter.
class GatheredSearch : public Index {
 public:
  // At most so many passes at a time, by as many threads: who comes then waits for the next.
  GatheredSearch(std::unique_ptr<const FilesSearch> search, std::size_t passes);

  [[nodiscard]] std::size_t count() const noexcept override { return search_->count(); }
  [[nodiscard]] std::size_t dimensions() const noexcept override { return search_->dimensions(); }
  // A query that shares its pass is searched for by one thread.
  [[nodiscard]] std::vector<Neighbour> nearest(std::span<const float> query,
                                               const NearestOptions& options) const override;
  [[nodiscard]] float distance_between(std::size_t item, std::size_t other) const override {
    return search_->distance_between(item, other);
  }

 private:
  // Lies with the thread that waits for it.
  struct Waiting {
    NearestQuery query;
    std::vector<Neighbour> found = {};
    std::exception_ptr failed = {};
    bool done = false;
  };
  void search_for(std::span<Waiting* const> together) const noexcept;
  void search_for(Waiting& one) const noexcept;

  const std::unique_ptr<const FilesSearch> search_;
  const std::size_t passes_;
  mutable std::mutex mutex_;  // of what follows, and of what waits
  mutable std::condition_variable changed_;
  mutable std::deque<Waiting*> queue_;  // whoever came first stands first
  mutable std::size_t running_ = 0;     // passes
};

}  // namespace likeness
