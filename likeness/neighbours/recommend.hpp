// From what someone likes to what to show next.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/groups.hpp"
#include "likeness/neighbours/index.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/relevance.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {

// Vectors of the pictures that someone likes and does not; those need not be items of the shop.
struct Taste {
  std::vector<float> liked;          // one vector or more, one after the other
  std::vector<double> weights{};     // of the liked ones, each above 0; none: all 1
  std::vector<float> unliked{};      // none or more
  std::vector<std::size_t> items{};  // those of both that are items: they are never recommended
};

struct RecommendOptions {
  std::size_t count = 5;
  // 0: the nearest, nearest first. Towards 1 each further item is rather one unlike those before
  // it: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) with distances, among the
  // kPoolShare x count nearest.
  double diversity = 0.0;
  double relevance = 0.0;                  // only items of at least this relevance
  const ItemSet* among = nullptr;          // only these items
  const Clustering* clustering = nullptr;  // only items of the cluster of the query
  // Items that are one by this are one result: the nearest is shown, the others are folded into it.
  // What is one with an item of the taste is not shown at all.
  const SameItem* distinct = nullptr;
  std::size_t threads = available_threads();
};

inline constexpr std::size_t kPoolShare = 10;

struct Recommendation {
  std::size_t item = 0;
  float distance = 0.0F;            // from the query
  double relevance = 0.0;           // see relevance.hpp
  std::vector<std::size_t> folded;  // nearest first
};

// The point to search from: L + (L - U) / 4 with L the (weighted) mean of the liked vectors and U
// that of the unliked, or L where there are none. This is Rocchio's feedback (1971) with the
// customary weights .75 and .15 scaled to sum to 1, so that it does not depend on where the
// latents' origin is. Likes that have nothing in common meet in the middle: ask for them one by
// one.
[[nodiscard]] std::vector<float> query_of(const Taste& taste, std::size_t dimensions);

// min(count, items that qualify) items; of folded items as many as were met on the way. Throws
// Error::kInput for a taste that is not finite.
[[nodiscard]] std::vector<Recommendation> recommend(const Index& index, const Relevance& relevance,
                                                    const Taste& taste,
                                                    const RecommendOptions& options);

}  // namespace likeness
