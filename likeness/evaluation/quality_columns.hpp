// The measures of retrieval that are told, in their order.
#pragma once

#include <array>
#include <cstdint>

#include "likeness/neighbours/bootstrap.hpp"
#include "likeness/neighbours/quality.hpp"

namespace likeness {

struct QualityColumn {
  const char* heading;
  const char* name;  // in JSON
  double RetrievalQuality::* measure;
  int decimals;
};

inline constexpr std::array kQualityColumns{
    QualityColumn{.heading = "P@1",
                  .name = "precision_at_1",
                  .measure = &RetrievalQuality::precision_at_1,
                  .decimals = 3},
    QualityColumn{.heading = "P@10",
                  .name = "precision_at_10",
                  .measure = &RetrievalQuality::precision_at_10,
                  .decimals = 3},
    QualityColumn{.heading = "hits of 15",
                  .name = "hits_at_15",
                  .measure = &RetrievalQuality::hits_at_15,
                  .decimals = 2},
    QualityColumn{.heading = "mAP@10",
                  .name = "map_at_10",
                  .measure = &RetrievalQuality::map_at_10,
                  .decimals = 3},
    QualityColumn{.heading = "nDCG@10",
                  .name = "ndcg_at_10",
                  .measure = &RetrievalQuality::ndcg_at_10,
                  .decimals = 3},
};

// The mean of a measure over the queries, with its 95 % interval.
[[nodiscard]] Interval interval_of(const Retrieval& retrieval, const QualityColumn& column,
                                   std::uint64_t seed);

}  // namespace likeness
