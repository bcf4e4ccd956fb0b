#include "likeness/neighbours/seeding.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/panels.hpp"

namespace likeness {
namespace {

constexpr std::size_t kSeedRows = 1024;  // rows of a task; sums are taken chunk by chunk, in order

using Trials = std::array<double, kPanelCentroids>;

class Seeding {
 public:
  Seeding(const Rows& rows, std::span<const float> squares, std::size_t threads)
      : rows_(rows),
        squares_(squares),
        threads_(threads),
        nearest_(rows.count(), std::numeric_limits<float>::max()),
        distances_(rows.count() * kPanelCentroids),
        chunk_sums_((rows.count() + kSeedRows - 1) / kSeedRows) {}

  // Takes the candidate that leaves the smallest sum of squared distances.
  std::size_t take_best(std::span<const std::size_t> candidates) {
    measure(candidates);
    const std::size_t best = best_of(candidates.size());
    parallel_for(chunk_sums_.size(), threads_, [&](std::size_t chunk) {
      double sum = 0.0;
      for (std::size_t i = chunk * kSeedRows; i < end_of(chunk); ++i) {
        nearest_[i] = std::min(nearest_[i], distances_[i * kPanelCentroids + best]);
        sum += nearest_[i];
      }
      chunk_sums_[chunk] = sum;
    });
    const std::size_t item = candidates[best];
    chunk_sums_[item / kSeedRows] -= nearest_[item];
    nearest_[item] = 0.0F;
    return item;
  }

  // An item with a chance proportional to its squared distance from those taken. Where all items
  // lie on those taken, any.
  [[nodiscard]] std::size_t draw(Random& random) const {
    double total = 0.0;
    for (const double sum : chunk_sums_) total += sum;
    double left = total * random.uniform();
    for (std::size_t chunk = 0; chunk < chunk_sums_.size(); ++chunk) {
      if (left >= chunk_sums_[chunk]) {
        left -= chunk_sums_[chunk];
        continue;
      }
      for (std::size_t i = chunk * kSeedRows; i < end_of(chunk); ++i) {
        left -= nearest_[i];
        if (left < 0.0) return i;
      }
    }
    return random.below(rows_.count());
  }

 private:
  [[nodiscard]] std::size_t end_of(std::size_t chunk) const {
    return std::min(rows_.count(), (chunk + 1) * kSeedRows);
  }

  // Squared distances of all rows to the candidates, and for each what it would leave.
  void measure(std::span<const std::size_t> candidates) {
    const std::vector<float> points = rows_of(rows_, candidates);
    const PointPanels panel(Rows(points, rows_.dimensions()));
    left_.assign(chunk_sums_.size(), Trials{});
    parallel_for(chunk_sums_.size(), threads_, [&](std::size_t chunk) {
      for (std::size_t i = chunk * kSeedRows; i < end_of(chunk); i += kPanelRows) {
        const std::size_t rows = std::min(kPanelRows, end_of(chunk) - i);
        measure_group(panel, i, rows, std::span(left_[chunk]).first(candidates.size()));
      }
    });
  }

  void measure_group(const PointPanels& panel, std::size_t first, std::size_t count,
                     std::span<double> left) {
    std::array<const float*, kPanelRows> group{};
    for (std::size_t r = 0; r < count; ++r) group[r] = rows_.row(first + r).data();
    float* scores = distances_.data() + first * kPanelCentroids;
    panel_scores(panel.view(), std::span(group).first(count), scores);
    for (std::size_t r = 0; r < count; ++r, scores += kPanelCentroids) {
      for (std::size_t c = 0; c < left.size(); ++c) {
        scores[c] = std::max(0.0F, squares_[first + r] + 2.0F * scores[c]);
        left[c] += std::min(scores[c], nearest_[first + r]);
      }
    }
  }

  [[nodiscard]] std::size_t best_of(std::size_t candidates) const {
    Trials total{};
    for (const auto& chunk : left_) {
      for (std::size_t c = 0; c < total.size(); ++c) total[c] += chunk[c];
    }
    const auto* best = std::min_element(total.begin(), total.begin() + candidates);
    return static_cast<std::size_t>(best - total.begin());
  }

  Rows rows_;
  std::span<const float> squares_;
  std::size_t threads_;
  std::vector<float> nearest_;    // squared distance of each item from the nearest taken
  std::vector<float> distances_;  // of each item from each candidate
  std::vector<double> chunk_sums_;
  std::vector<Trials> left_;  // chunk by chunk, for each candidate
};

}  // namespace

std::vector<std::size_t> seed_centroids(const Rows& rows, std::span<const float> squares,
                                        std::size_t clusters, Random& random, std::size_t threads) {
  assert(clusters > 0 && clusters <= rows.count());
  const std::size_t trials = std::min<std::size_t>(
      kPanelCentroids, 2 + static_cast<std::size_t>(std::log(static_cast<double>(clusters))));
  Seeding seeding(rows, squares, threads);
  const std::array first{random.below(rows.count())};
  std::vector<std::size_t> taken{seeding.take_best(first)};
  std::vector<std::size_t> candidates(trials);
  while (taken.size() < clusters) {
    for (auto& candidate : candidates) candidate = seeding.draw(random);
    taken.push_back(seeding.take_best(candidates));
  }
  return taken;
}

}  // namespace likeness
