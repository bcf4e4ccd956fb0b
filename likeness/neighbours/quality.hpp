// How good neighbours are, measured against labels: leave one item out, search it among the others,
// and see how many of the nearest have its label.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/labels.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {

// Of one query, or the mean of many. An item is relevant when it has the query's label; R is how
// many of the gallery are. A query without any (R = 0) counts 0 throughout, as in trec_eval -c.
struct RetrievalQuality {
  double precision_at_1 = 0.0;  // relevant ones among the first k, divided by k (Manning, Raghavan
  double precision_at_10 =
      0.0;                  // and Schuetze, Introduction to Information Retrieval, section 8.4)
  double hits_at_15 = 0.0;  // relevant ones among the first 15: from 0 to 15
  // Average precision: sum over the relevant ranks i <= 10 of precision at i, divided by
  // min(10, R) (ibid.; cut off at 10). The mean over queries is mAP@10.
  double map_at_10 = 0.0;
  // Sum over the relevant ranks i <= 10 of 1 / log2(i + 1), divided by what an ideal order of the
  // gallery would have (Jarvelin and Kekalainen, TOIS 2002, with gains of 0 and 1).
  double ndcg_at_10 = 0.0;
};

inline constexpr std::size_t kQualityDepth = 15;  // neighbours that the measures above look at

// `relevant` tells of each rank, nearest first, whether that item is; `gallery_relevant` is R.
[[nodiscard]] RetrievalQuality quality_of_ranking(const std::vector<bool>& relevant,
                                                  std::size_t gallery_relevant);

struct RetrievalOptions {
  std::size_t queries = 2000;  // drawn from the labelled items; all where there are no more
  std::uint64_t seed = 1;
  std::size_t threads = available_threads();
};

struct Retrieval {
  std::size_t gallery = 0;                // labelled items; each query is compared with all but one
  std::vector<std::size_t> queries;       // ascending; the same seed draws the same items
  std::vector<RetrievalQuality> quality;  // of each query

  [[nodiscard]] RetrievalQuality mean() const;
  // One measure of every query, as a bootstrap wants it.
  [[nodiscard]] std::vector<double> values(double RetrievalQuality::* measure) const;
};

// `labels` has that of each item of the search, or kNoLabel: those are neither query nor gallery.
[[nodiscard]] Retrieval measure_retrieval(const Search& search,
                                          std::span<const std::uint32_t> labels,
                                          const RetrievalOptions& options);

}  // namespace likeness
