// The items that may still be among the k nearest of one query, while the codes are scanned.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/neighbours/codes.hpp"
#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/neighbour.hpp"

namespace likeness {

class Candidates {
 public:
  // `placed_query` is a query that the space has placed; all must outlive the candidates.
  Candidates(const Space& space, const CodesView& codes, std::span<const float> placed_query,
             std::size_t wanted);

  // What scan_block needs to know of this query now.
  [[nodiscard]] CodeQuery view() const noexcept;
  // Takes the items of `hits` that are also in `among`; `first` is the block's first item.
  void add(const BlockHits& hits, std::uint64_t among, std::size_t first);
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
  std::size_t wanted_;
  CodedQuery coded_;
  float limit_;                  // no item farther than this in the space can be wanted
  std::vector<float> uppers_;    // heap of the wanted_ smallest upper bounds
  std::vector<Bounded> open_;    // not yet measured
  std::vector<Neighbour> best_;  // heap of the wanted_ nearest items measured
};

}  // namespace likeness
