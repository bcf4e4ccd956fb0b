#include "likeness/neighbours/lloyd.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "likeness/base/parallel.hpp"
#include "likeness/base/work.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/kernels.hpp"

namespace likeness {
namespace {

constexpr std::size_t kItemsOfTask = 1024;  // items of a task
constexpr std::size_t kDimensions = 32;     // dimensions of a task that sums up
constexpr std::uint32_t kNoCentre = std::numeric_limits<std::uint32_t>::max();

}  // namespace

Lloyd::Lloyd(const Rows& rows, std::span<const float> squares, std::vector<float> first_centroids,
             std::size_t threads)
    : rows_(rows),
      squares_(squares),
      sum_of_squares_(std::accumulate(squares.begin(), squares.end(), 0.0)),
      dimensions_(rows.dimensions()),
      rounding_(rounding_of_distances(dimensions_)),
      threads_(threads),
      centroids_(std::move(first_centroids)),
      sums_(centroids_.size()),
      sizes_(centroids_.size() / rows.dimensions()),
      clusters_(rows.count(), kNoCentre),
      upper_(rows.count(), std::numeric_limits<float>::infinity()),
      lower_(rows.count(), 0.0F),
      gaps_(sizes_.size()),
      shifts_(sizes_.size()),
      chunks_((rows.count() + kItemsOfTask - 1) / kItemsOfTask) {}

void Lloyd::run(std::size_t iterations, double tolerance, const std::stop_token& stop) {
  for (std::size_t i = 0; i < iterations && !report_.converged; ++i) {
    stop_if_asked(stop);
    assign();
    add_moves();
    refill();
    report_.converged = move_centroids() <= tolerance;
    report_.inertia.push_back(inertia());
  }
}

void Lloyd::assign() {
  measure_gaps();
  const PointPanels panels(Rows(centroids_, dimensions_));
  parallel_for(chunks_.size(), threads_, [&](std::size_t c) {
    chunks_[c] = {};
    assign_chunk(panels, c * kItemsOfTask, std::min(rows_.count(), (c + 1) * kItemsOfTask),
                 chunks_[c]);
  });
  for (const auto& chunk : chunks_) compared_ += chunk.compared;
}

void Lloyd::assign_chunk(const PointPanels& panels, std::size_t first, std::size_t end,
                         Chunk& chunk) {
  std::array<std::size_t, kItemsOfTask> undecided;
  std::size_t count = 0;
  for (std::size_t i = first; i < end; ++i) {
    if (!bounds_decide(i)) undecided[count++] = i;
  }
  // Where a few centroids are compared at once, that costs no more than the one distance.
  if (sizes_.size() > kPanelCentroids) {
    const auto* const last =
        std::remove_if(undecided.begin(), undecided.begin() + count,
                       [this](std::size_t item) { return exact_distance_decides(item); });
    count = static_cast<std::size_t>(last - undecided.begin());
  }
  for (std::size_t i = 0; i < count; i += kPanelRows) {
    compare(panels, std::span(undecided).subspan(i, std::min(kPanelRows, count - i)), chunk);
  }
}

// Loosens the bounds by how far the centroids moved last. True if the item's is still its nearest.
bool Lloyd::bounds_decide(std::size_t item) {
  const std::uint32_t own = clusters_[item];
  if (own == kNoCentre) return false;
  upper_[item] = (upper_[item] + shifts_[own]) * (1.0F + rounding_);
  // Every other centroid moved at most as far as the farthest, or as the second where that is own.
  const float others = own == farthest_ ? second_shift_ : shifts_[farthest_];
  lower_[item] = std::max(0.0F, lower_[item] * (1.0F - rounding_) - others);
  return upper_[item] <= std::max(gaps_[own], lower_[item]);
}

bool Lloyd::exact_distance_decides(std::size_t item) {
  const std::uint32_t own = clusters_[item];
  if (own == kNoCentre) return false;
  upper_[item] = std::sqrt(squared_distance(rows_.row(item).data(), centroid(own), dimensions_)) *
                 (1.0F + rounding_);
  return upper_[item] <= std::max(gaps_[own], lower_[item]);
}

void Lloyd::compare(const PointPanels& panels, std::span<const std::size_t> items, Chunk& chunk) {
  std::array<const float*, kPanelRows> rows{};
  std::array<NearestTwo, kPanelRows> nearest;
  for (std::size_t r = 0; r < items.size(); ++r) rows[r] = rows_.row(items[r]).data();
  nearest_centroids(panels.view(), std::span(rows).first(items.size()), nearest.data());
  chunk.compared += items.size();
  for (std::size_t r = 0; r < items.size(); ++r) {
    const std::size_t i = items[r];
    if (clusters_[i] != nearest[r].index) {
      chunk.moves.push_back({.item = i, .from = clusters_[i], .to = nearest[r].index});
      clusters_[i] = nearest[r].index;
    }
    const float doubt = rounding_ * (squares_[i] + 2.0F * panels.largest_half());
    upper_[i] = std::sqrt(std::max(0.0F, squares_[i] + 2.0F * nearest[r].best + doubt));
    lower_[i] = std::sqrt(std::max(0.0F, squares_[i] + 2.0F * nearest[r].second - doubt));
  }
}

// Sums change only by the items that moved, in their order: the same for any number of threads.
void Lloyd::add_moves() {
  for (const auto& chunk : chunks_) {
    for (const auto& move : chunk.moves) {
      if (move.from != kNoCentre) --sizes_[move.from];
      ++sizes_[move.to];
    }
  }
  parallel_for((dimensions_ + kDimensions - 1) / kDimensions, threads_, [&](std::size_t slice) {
    const std::size_t first = slice * kDimensions;
    add_moves(first, std::min(dimensions_, first + kDimensions));
  });
}

void Lloyd::add_moves(std::size_t first, std::size_t end) {
  for (const auto& chunk : chunks_) {
    for (const auto& move : chunk.moves) {
      const float* row = rows_.row(move.item).data();
      double* to = &sums_[move.to * dimensions_];
      for (std::size_t d = first; d < end; ++d) to[d] += row[d];
      if (move.from == kNoCentre) continue;
      double* from = &sums_[move.from * dimensions_];
      for (std::size_t d = first; d < end; ++d) from[d] -= row[d];
    }
  }
}

// An empty cluster is given the item that is farthest from its own centroid.
void Lloyd::refill() {
  for (std::uint32_t k = 0; k < sizes_.size(); ++k) {
    if (sizes_[k] > 0) continue;
    const std::size_t item = farthest_item();
    if (item == rows_.count()) return;
    const std::uint32_t from = clusters_[item];
    const float* row = rows_.row(item).data();
    for (std::size_t d = 0; d < dimensions_; ++d) {
      sums_[from * dimensions_ + d] -= row[d];
      sums_[k * dimensions_ + d] = row[d];
    }
    --sizes_[from];
    sizes_[k] = 1;
    clusters_[item] = k;
    upper_[item] = std::numeric_limits<float>::infinity();  // measured again next time
    lower_[item] = 0.0F;
    ++report_.refilled;
  }
}

// The number of items where none is both off its centroid and in a cluster of more than one.
std::size_t Lloyd::farthest_item() const {
  std::size_t farthest = rows_.count();
  float most = 0.0F;
  for (std::size_t i = 0; i < rows_.count(); ++i) {
    const std::uint32_t own = clusters_[i];
    if (sizes_[own] < 2 || upper_[i] <= most) continue;
    const float distance = squared_distance(rows_.row(i).data(), centroid(own), dimensions_);
    if (distance <= most * most) continue;
    most = std::sqrt(distance);
    farthest = i;
  }
  return farthest;
}

// Puts each centroid in the middle of its items, and returns the sum of the squared ways.
double Lloyd::move_centroids() {
  double total = 0.0;
  std::vector<float> mean(dimensions_);
  for (std::size_t k = 0; k < sizes_.size(); ++k) {
    shifts_[k] = 0.0F;
    if (sizes_[k] == 0) continue;
    for (std::size_t d = 0; d < dimensions_; ++d) {
      mean[d] = static_cast<float>(sums_[k * dimensions_ + d] / static_cast<double>(sizes_[k]));
    }
    const float squared = squared_distance(mean.data(), centroid(k), dimensions_);
    total += squared;
    shifts_[k] = std::sqrt(squared) * (1.0F + rounding_);
    std::ranges::copy(mean, centroids_.begin() + static_cast<std::ptrdiff_t>(k * dimensions_));
  }
  farthest_ = static_cast<std::size_t>(std::ranges::max_element(shifts_) - shifts_.begin());
  second_shift_ = 0.0F;
  for (std::size_t k = 0; k < shifts_.size(); ++k) {
    if (k != farthest_) second_shift_ = std::max(second_shift_, shifts_[k]);
  }
  return total;
}

void Lloyd::measure_gaps() {
  const std::size_t count = sizes_.size();
  gaps_.assign(count, std::numeric_limits<float>::infinity());
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t other = k + 1; other < count; ++other) {
      const float half =
          std::sqrt(squared_distance(centroid(k), centroid(other), dimensions_)) / 2.0F;
      gaps_[k] = std::min(gaps_[k], half);
      gaps_[other] = std::min(gaps_[other], half);
    }
  }
  for (float& gap : gaps_) gap *= 1.0F - rounding_;
}

// Sum of |x - c|^2 with each c the mean of its items: sum of |x|^2 less size x |c|^2.
double Lloyd::inertia() const {
  double total = sum_of_squares_;
  for (std::size_t k = 0; k < sizes_.size(); ++k) {
    if (sizes_[k] == 0) continue;
    double square = 0.0;
    for (std::size_t d = 0; d < dimensions_; ++d) {
      square += sums_[k * dimensions_ + d] * sums_[k * dimensions_ + d];
    }
    total -= square / static_cast<double>(sizes_[k]);
  }
  return std::max(0.0, total);
}

Clustering Lloyd::finish() {
  assign();
  std::ranges::fill(sizes_, 0U);
  std::vector<double> parts(chunks_.size());
  parallel_for(chunks_.size(), threads_, [&](std::size_t c) {
    for (std::size_t i = c * kItemsOfTask; i < std::min(rows_.count(), (c + 1) * kItemsOfTask);
         ++i) {
      parts[c] += squared_distance(rows_.row(i).data(), centroid(clusters_[i]), dimensions_);
    }
  });
  Clustering result;
  result.dimensions = dimensions_;
  result.clusters = std::move(clusters_);
  for (const std::uint32_t cluster : result.clusters) ++sizes_[cluster];
  for (const double part : parts) result.inertia += part;
  result.centroids = std::move(centroids_);
  result.sizes = std::move(sizes_);
  result.report = std::move(report_);
  const auto passes = static_cast<double>(result.report.inertia.size() + 1);
  result.report.compared =
      static_cast<double>(compared_) / (static_cast<double>(result.clusters.size()) * passes);
  return result;
}

}  // namespace likeness
