#include "likeness/neighbours/recommend.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace likeness {
namespace {

constexpr double kAgainst = 0.25;  // weight of what is not liked; see query_of

std::vector<double> weighted_mean(const Rows& rows, std::span<const double> weights) {
  const double all = weights.empty() ? static_cast<double>(rows.count())
                                     : std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> mean(rows.dimensions());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    for (std::size_t d = 0; d < mean.size(); ++d) mean[d] += rows.row(i)[d] * weight / all;
  }
  return mean;
}

// That of the only item that is liked; else, and of other pictures, that of the nearest centroid.
std::size_t cluster_of(const Clustering& clustering, std::span<const float> query,
                       const Taste& taste) {
  const bool one_item =
      taste.items.size() == 1 && taste.unliked.empty() && taste.liked.size() == query.size();
  return one_item ? clustering.clusters[taste.items.front()] : nearest_cluster(clustering, query);
}

ItemSet qualified_items(std::size_t count, std::span<const float> query, const Taste& taste,
                        const RecommendOptions& options) {
  ItemSet items(count, ItemSet::Start::kFull);
  if (options.among != nullptr) items.intersect(*options.among);
  for (const std::size_t item : taste.items) items.erase(item);
  if (options.clustering == nullptr) return items;
  const std::size_t cluster = cluster_of(*options.clustering, query, taste);
  for (std::size_t i = 0; i < count; ++i) {
    if (options.clustering->clusters[i] != cluster) items.erase(i);
  }
  return items;
}

// Takes what was found, nearest first, and folds what is one with an item taken before or with one
// of the taste.
class Folding {
 public:
  Folding(const Relevance& relevance, const Taste& taste, const RecommendOptions& options)
      : relevance_(relevance), options_(options), shown_(taste.items), known_(shown_.size()) {}

  // False once nothing that is farther can be relevant enough.
  bool take(const Neighbour& near) {
    const double share = relevance_.of(near.distance);
    if (share < options_.relevance) return false;
    std::optional<std::size_t> same;
    if (options_.distinct != nullptr && !shown_.empty()) {
      same = (*options_.distinct)(near.item, shown_);
    }
    if (!same) {
      shown_.push_back(near.item);
      results_.push_back(
          {.item = near.item, .distance = near.distance, .relevance = share, .folded = {}});
      return true;
    }
    const auto first = static_cast<std::size_t>(std::ranges::find(shown_, *same) - shown_.begin());
    if (first >= known_) results_[first - known_].folded.push_back(near.item);
    return true;
  }

  [[nodiscard]] std::size_t count() const noexcept { return results_.size(); }
  [[nodiscard]] std::vector<Recommendation> results() { return std::move(results_); }

 private:
  const Relevance& relevance_;
  const RecommendOptions& options_;
  std::vector<std::size_t> shown_;  // the taste's items, then the results
  std::size_t known_;               // how many are the taste's
  std::vector<Recommendation> results_;
};

// At least `wanted` results where there are as many: asks for more until folding leaves enough.
std::vector<Recommendation> pool_of(const Index& index, const Relevance& relevance,
                                    const Taste& taste, std::span<const float> query,
                                    std::size_t wanted, const RecommendOptions& options) {
  for (std::size_t asked = wanted;; asked *= 4) {
    const auto found =
        index.nearest(query, {.count = asked, .among = options.among, .threads = options.threads});
    Folding folding(relevance, taste, options);
    const bool relevant =
        std::ranges::all_of(found, [&](const Neighbour& near) { return folding.take(near); });
    if (folding.count() >= wanted || !relevant || found.size() < asked) return folding.results();
  }
}

// Moves the `count` results of maximal marginal relevance to the front, in the order of choice.
void diversify(const Index& index, std::vector<Recommendation>& pool, std::size_t count,
               double diversity) {
  std::vector<float> apart(pool.size(), std::numeric_limits<float>::infinity());
  for (std::size_t chosen = 0; chosen < std::min(count, pool.size()); ++chosen) {
    std::size_t best = chosen;
    double best_score = -std::numeric_limits<double>::infinity();
    for (std::size_t i = chosen; i < pool.size(); ++i) {
      const double unlike = chosen == 0 ? 0.0 : apart[i];
      // The first is the nearest at any diversity: nothing is shown yet that it could be unlike.
      const double weight = chosen == 0 ? 0.0 : diversity;
      const double score = weight * unlike - (1.0 - weight) * pool[i].distance;
      if (score <= best_score) continue;
      best_score = score;
      best = i;
    }
    // Rotated rather than swapped, so that equal scores keep the order of distance.
    const auto at = [](auto& values, std::size_t i) {
      return values.begin() + static_cast<std::ptrdiff_t>(i);
    };
    std::rotate(at(pool, chosen), at(pool, best), at(pool, best + 1));
    std::rotate(at(apart, chosen), at(apart, best), at(apart, best + 1));
    for (std::size_t i = chosen + 1; i < pool.size(); ++i) {
      apart[i] = std::min(apart[i], index.distance_between(pool[i].item, pool[chosen].item));
    }
  }
}

}  // namespace

std::vector<float> query_of(const Taste& taste, std::size_t dimensions) {
  assert(!taste.liked.empty());
  assert(taste.weights.empty() || taste.weights.size() * dimensions == taste.liked.size());
  const auto liked = weighted_mean(Rows(taste.liked, dimensions), taste.weights);
  const auto unliked =
      taste.unliked.empty() ? liked : weighted_mean(Rows(taste.unliked, dimensions), {});
  std::vector<float> query;
  query.reserve(dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) {
    query.push_back(static_cast<float>(liked[d] + kAgainst * (liked[d] - unliked[d])));
  }
  return query;
}

std::vector<Recommendation> recommend(const Index& index, const Relevance& relevance,
                                      const Taste& taste, const RecommendOptions& options) {
  assert(options.diversity >= 0.0 && options.diversity <= 1.0);
  if (options.count == 0) return {};
  const auto query = query_of(taste, index.dimensions());
  check_rows(Rows(query, query.size()), "query");
  const ItemSet items = qualified_items(index.count(), query, taste, options);
  RecommendOptions among = options;
  among.among = &items;
  const bool nearest_only = options.diversity == 0.0;
  const std::size_t wanted = nearest_only ? options.count : options.count * kPoolShare;
  auto pool = pool_of(index, relevance, taste, query, wanted, among);
  if (!nearest_only) diversify(index, pool, options.count, options.diversity);
  pool.resize(std::min(pool.size(), options.count));
  return pool;
}

}  // namespace likeness
