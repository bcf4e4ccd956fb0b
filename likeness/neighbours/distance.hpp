// How far apart two vectors are.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "likeness/neighbours/rows.hpp"

namespace likeness {

enum class Metric {
  kEuclidean,  // |a - b|
  kCosine,     // 1 - cos(a, b), from 0 to 2. A vector of zeros has no direction: it is 0.5 from
               // every vector that has one.
};

// Exactly 0 for equal vectors, and the same whichever comes first. Relative error below
// (D + 8) x 2^-24; differences below 1e-18 count as none.
[[nodiscard]] float distance(Metric metric, std::span<const float> a, std::span<const float> b);

// By how much of its value a bound of distances must be loosened, so that it holds in spite of the
// rounding of distance() and of what is made of a few of them.
[[nodiscard]] float rounding_of_distances(std::size_t dimensions) noexcept;

// The rows of all items made ready for a metric: under the cosine it keeps them at length 1, where
// 1 - cos(a, b) = |a - b|^2 / 2, so that every search need only know the Euclidean distance.
class Space {
 public:
  // The rows must outlive the space. Throws as check_rows does.
  Space(const Rows& rows, Metric metric, std::size_t threads);
  // Euclidean, of rows that passed check_rows when they were written. Nothing is read here, and
  // each row only after `before_reading` was called for it, by any thread; it may throw.
  Space(const Rows& rows, std::function<void(std::size_t row)> before_reading)
      : metric_(Metric::kEuclidean), rows_(rows), before_reading_(std::move(before_reading)) {}

  [[nodiscard]] Metric metric() const noexcept { return metric_; }
  [[nodiscard]] const Rows& rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t count() const noexcept { return rows_.count(); }
  [[nodiscard]] std::size_t dimensions() const noexcept { return rows_.dimensions(); }

  // An item's, as the space wants it.
  [[nodiscard]] std::span<const float> row(std::size_t item) const {
    if (before_reading_) before_reading_(item);
    return rows_.row(item);
  }
  // Queries as the space wants them. Throws Error::kInput for numbers that are not usable.
  [[nodiscard]] std::vector<float> place(const Rows& queries) const;
  // The distance under the metric from a placed query to an item, and between two items.
  [[nodiscard]] float distance(const float* placed_query, std::size_t item) const;
  [[nodiscard]] float distance_between(std::size_t item, std::size_t other) const;
  // The Euclidean distance in the space that belongs to a distance under the metric.
  [[nodiscard]] double euclidean(float distance) const noexcept;

 private:
  Metric metric_;
  std::vector<float> normalised_;
  Rows rows_;
  std::function<void(std::size_t)> before_reading_;
};

}  // namespace likeness
