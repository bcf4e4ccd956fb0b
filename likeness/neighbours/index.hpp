// What is searched, wherever it lies: rows in memory (Search) or files of latents (FilesSearch).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "likeness/neighbours/exact_search.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

class Index {
 public:
  Index() = default;
  virtual ~Index() = default;
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;
  Index(Index&&) = delete;
  Index& operator=(Index&&) = delete;

  // Items are numbers below this; not every one need be an item.
  [[nodiscard]] virtual std::size_t count() const noexcept = 0;
  [[nodiscard]] virtual std::size_t dimensions() const noexcept = 0;
  // min(options.count, items in options.among) neighbours, nearest first, the earlier item where
  // two are equally near. Error::kInput for a query that is not finite, Error::kCorrupt for damage.
  [[nodiscard]] virtual std::vector<Neighbour> nearest(std::span<const float> query,
                                                       const NearestOptions& options) const = 0;
  [[nodiscard]] virtual float distance_between(std::size_t item, std::size_t other) const = 0;
};

}  // namespace likeness
