#include "likeness/neighbours/quality.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <unordered_map>

#include "likeness/base/random.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/sample.hpp"

namespace likeness {
namespace {

constexpr std::size_t kDepth = 10;           // of precision_at_10, map_at_10 and ndcg_at_10
constexpr std::size_t kQueriesAtOnce = 256;  // queries of one search

double gain_at(std::size_t rank) { return 1.0 / std::log2(static_cast<double>(rank) + 1.0); }

// Searches a batch of items and leaves each out of its own list.
std::vector<std::vector<Neighbour>> search_others(const Search& search,
                                                  std::span<const std::size_t> items,
                                                  const NearestOptions& options) {
  std::vector<float> rows;
  for (const std::size_t item : items) {
    const auto row = search.space().rows().row(item);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  auto found = search.nearest(Rows(rows, search.space().dimensions()), options);
  for (std::size_t q = 0; q < items.size(); ++q) {
    // Where more items than asked for lie on the query, it may not be in its own list.
    if (std::erase_if(found[q], [&](const Neighbour& n) { return n.item == items[q]; }) == 0) {
      found[q].pop_back();
    }
  }
  return found;
}

}  // namespace

RetrievalQuality quality_of_ranking(const std::vector<bool>& relevant,
                                    std::size_t gallery_relevant) {
  RetrievalQuality quality;
  if (gallery_relevant == 0) return quality;
  const std::size_t most = std::min(kDepth, gallery_relevant);
  double ideal = 0.0;
  for (std::size_t rank = 1; rank <= most; ++rank) ideal += gain_at(rank);
  std::size_t hits = 0;
  for (std::size_t rank = 1; rank <= std::min(kQualityDepth, relevant.size()); ++rank) {
    if (!relevant[rank - 1]) continue;
    ++hits;
    quality.hits_at_15 += 1.0;
    if (rank > kDepth) continue;
    quality.precision_at_10 += 1.0 / kDepth;
    quality.map_at_10 +=
        static_cast<double>(hits) / static_cast<double>(rank) / static_cast<double>(most);
    quality.ndcg_at_10 += gain_at(rank) / ideal;
  }
  quality.precision_at_1 = !relevant.empty() && relevant.front() ? 1.0 : 0.0;
  return quality;
}

std::vector<double> Retrieval::values(double RetrievalQuality::* measure) const {
  std::vector<double> values;
  values.reserve(quality.size());
  for (const auto& one : quality) values.push_back(one.*measure);
  return values;
}

RetrievalQuality Retrieval::mean() const {
  RetrievalQuality mean;
  if (quality.empty()) return mean;
  for (const auto measure : {&RetrievalQuality::precision_at_1, &RetrievalQuality::precision_at_10,
                             &RetrievalQuality::hits_at_15, &RetrievalQuality::map_at_10,
                             &RetrievalQuality::ndcg_at_10}) {
    for (const auto& one : quality) mean.*measure += one.*measure;
    mean.*measure /= static_cast<double>(quality.size());
  }
  return mean;
}

Retrieval measure_retrieval(const Search& search, std::span<const std::uint32_t> labels,
                            const RetrievalOptions& options) {
  assert(labels.size() == search.space().count());
  ItemSet gallery(labels.size(), ItemSet::Start::kEmpty);
  std::vector<std::size_t> labelled;
  std::unordered_map<std::uint32_t, std::size_t> sizes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == kNoLabel) continue;
    gallery.insert(i);
    labelled.push_back(i);
    ++sizes[labels[i]];
  }
  Retrieval retrieval;
  retrieval.gallery = labelled.size();
  Random random(options.seed);
  for (const std::size_t i : sample_of(labelled.size(), options.queries, random)) {
    retrieval.queries.push_back(labelled[i]);
  }
  const NearestOptions nearest{
      .count = kQualityDepth + 1, .among = &gallery, .threads = options.threads};
  for (std::size_t first = 0; first < retrieval.queries.size(); first += kQueriesAtOnce) {
    const auto batch =
        std::span(retrieval.queries)
            .subspan(first, std::min(kQueriesAtOnce, retrieval.queries.size() - first));
    const auto found = search_others(search, batch, nearest);
    for (std::size_t q = 0; q < batch.size(); ++q) {
      const std::uint32_t label = labels[batch[q]];
      std::vector<bool> relevant;
      for (const auto& near : found[q]) relevant.push_back(labels[near.item] == label);
      retrieval.quality.push_back(quality_of_ranking(relevant, sizes[label] - 1));
    }
  }
  return retrieval;
}

}  // namespace likeness
