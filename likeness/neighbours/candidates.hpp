// The items that may still be among the k nearest of one query, while the codes are scanned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "likeness/neighbours/codes.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

struct CandidateOptions {
  std::size_t wanted = 10;
  const ItemSet* among = nullptr;  // only these items; all where null
  // Under the metric; only items that are no farther.
  float within = std::numeric_limits<float>::infinity();
  // Codes of a part of the dimensions say how far an item is at least, not how far at most.
  bool codes_are_whole = true;
};

class Candidates {
 public:
  // `placed_query` is a query that the space has placed, `coded` what the codes make of it; the
  // space, the codes and the placed query must outlive the candidates.
  Candidates(const Space& space, const CodesView& codes, std::span<const float> placed_query,
             CodedQuery coded, const CandidateOptions& options);

  // What scan_block needs to know of this query now.
  [[nodiscard]] CodeQuery view() const noexcept;
  [[nodiscard]] const ItemSet* among() const noexcept { return options_.among; }
  // Takes the items of `hits` that are also in `allowed`; `first` is the block's first item.
  void add(const BlockHits& hits, std::uint64_t allowed, std::size_t first);
  // The wanted number of nearest items, or all there were; nearest first. Ends the search.
  [[nodiscard]] std::vector<Neighbour> nearest();

 private:
  struct Bounded {
    float lower = 0.0F;  // the true distance is no smaller than this
    std::size_t item = 0;
  };

  void add(std::size_t item, float estimate);
  void tighten(float upper);
  void settle();
  void measure(std::size_t item);

  const Space& space_;
  const CodesView& codes_;
  std::span<const float> query_;
  CandidateOptions options_;
  CodedQuery coded_;
  float limit_;                  // no item farther than this in the space can be wanted
  std::vector<float> uppers_;    // heap of the smallest upper bounds, as many as are wanted
  std::vector<Bounded> open_;    // not yet measured
  std::vector<Neighbour> best_;  // heap of the nearest items measured, as many as are wanted
};

struct BlockRange {
  std::size_t first = 0;
  std::size_t end = 0;
};

// Shows the items of a range of blocks to the candidates of several queries, which share each
// reading of a block. `items` is the number of all items.
void scan_codes(const CodesView& codes, BlockRange range, std::size_t items,
                std::span<Candidates> queries);

}  // namespace likeness
