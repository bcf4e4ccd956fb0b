#include "likeness/neighbours/distance.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/kernels.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMeasuredRows = 1024;  // rows of a task

void normalise(std::span<const float> from, float* to) {
  double square = 0.0;
  for (const float value : from) square += double{value} * double{value};
  const double scale = square > 0.0 ? 1.0 / std::sqrt(square) : 0.0;
  for (const float value : from) *to++ = static_cast<float>(value * scale);
}

float from_squared(Metric metric, float squared) noexcept {
  return metric == Metric::kCosine ? squared / 2.0F : std::sqrt(squared);
}

}  // namespace

float rounding_of_distances(std::size_t dimensions) noexcept {
  return static_cast<float>(dimensions + 8) * 0x1p-23F;
}

float distance(Metric metric, std::span<const float> a, std::span<const float> b) {
  assert(a.size() == b.size());
  if (metric == Metric::kEuclidean) {
    return from_squared(metric, squared_distance(a.data(), b.data(), a.size()));
  }
  std::vector<float> both(2 * a.size());
  normalise(a, both.data());
  normalise(b, both.data() + a.size());
  return from_squared(metric, squared_distance(both.data(), both.data() + a.size(), a.size()));
}

Space::Space(const Rows& rows, Metric metric, std::size_t threads) : metric_(metric), rows_(rows) {
  check_rows(rows, "items");
  if (metric == Metric::kEuclidean) return;
  normalised_.resize(rows.values().size());
  parallel_for((rows.count() + kMeasuredRows - 1) / kMeasuredRows, threads, [&](std::size_t chunk) {
    const std::size_t end = std::min(rows.count(), (chunk + 1) * kMeasuredRows);
    for (std::size_t i = chunk * kMeasuredRows; i < end; ++i) {
      normalise(rows.row(i), normalised_.data() + i * rows.dimensions());
    }
  });
  rows_ = Rows(normalised_, rows.dimensions());
}

std::vector<float> Space::place(const Rows& queries) const {
  assert(queries.dimensions() == dimensions());
  check_rows(queries, "query");
  std::vector<float> placed(queries.values().begin(), queries.values().end());
  if (metric_ == Metric::kCosine) {
    for (std::size_t i = 0; i < queries.count(); ++i) {
      normalise(queries.row(i), placed.data() + i * dimensions());
    }
  }
  return placed;
}

float Space::distance(const float* placed_query, std::size_t item) const {
  if (before_reading_) before_reading_(item);
  return from_squared(metric_,
                      squared_distance(placed_query, rows_.row(item).data(), dimensions()));
}

float Space::distance_between(std::size_t item, std::size_t other) const {
  if (before_reading_) before_reading_(item);
  return distance(rows_.row(item).data(), other);
}

double Space::euclidean(float distance) const noexcept {
  return metric_ == Metric::kCosine ? std::sqrt(2.0 * distance) : distance;
}

}  // namespace likeness
