#include "likeness/neighbours/groups.hpp"

#include <algorithm>
#include <numeric>

#include "likeness/neighbours/distance.hpp"
#include "likeness/neighbours/item_set.hpp"
#include "likeness/neighbours/reach_search.hpp"

namespace likeness {
namespace {

// Items that are asked about at once, before any of them begins a group.
constexpr std::size_t kGroupedAtOnce = 256;

using Found = std::vector<Neighbour>;

class Grouping {
 public:
  Grouping(const Rows& rows, const GroupOptions& options, const SameItem& same)
      : space_(rows, Metric::kEuclidean, options.threads),
        search_(space_, options.distance, options.threads),
        options_(options),
        same_(same),
        groups_(rows.count()),
        is_first_(groups_.size(), ItemSet::Start::kEmpty) {
    std::iota(groups_.begin(), groups_.end(), std::size_t{0});
  }

  Groups run() {
    for (std::size_t begin = 0; begin < groups_.size(); begin += kGroupedAtOnce) {
      const std::size_t count = std::min(kGroupedAtOnce, groups_.size() - begin);
      take_batch(begin, count);
      options_.on_progress(count);
    }
    return std::move(groups_);
  }

 private:
  // What is known of an item before its turn comes.
  struct Asked {
    std::optional<Neighbour> first;  // one with it, of an earlier batch
    // Else of this batch: one with it, and the farthest that was asked about.
    std::optional<Neighbour> like;
    std::optional<Neighbour> until;
  };

  void take_batch(std::size_t begin, std::size_t count) {
    std::vector<Asked> asked = ask_about_firsts(begin, count);
    ask_each_other(begin, asked);
    std::vector<std::size_t> firsts;  // of this batch
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t item = begin + i;
      groups_[item] = first_of(item, asked[i], firsts);
      if (groups_[item] == item) firsts.push_back(item);
    }
    for (const std::size_t first : firsts) is_first_.insert(first);
  }

  [[nodiscard]] std::vector<Asked> ask_about_firsts(std::size_t begin, std::size_t count) const {
    const auto found = search_.nearest(
        begin, count,
        {.count = options_.neighbours, .among = &is_first_, .threads = options_.threads});
    std::vector<Asked> asked(count);
    parallel_for(count, options_.threads,
                 [&](std::size_t i) { asked[i].first = nearest_same(begin + i, found[i]); });
    return asked;
  }

  // The others of a batch, in which nobody knows yet which items begin a group: threads ask ahead.
  void ask_each_other(std::size_t begin, std::vector<Asked>& asked) const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (!asked[i].first) open.push_back(begin + i);
    }
    parallel_for(open.size(), options_.threads, [&](std::size_t i) {
      Asked& own = asked[open[i] - begin];
      const Found near = nearest_of(std::span(open).first(i), open[i]);
      own.like = nearest_same(open[i], near);
      const bool all_asked = near.size() < options_.neighbours;
      own.until = own.like    ? *own.like
                  : all_asked ? Neighbour{.item = open[i], .distance = options_.distance}
                              : near.back();
    });
  }

  // Which group an item joins whose turn it is; its own where it is one with no first.
  [[nodiscard]] std::size_t first_of(std::size_t item, const Asked& asked,
                                     std::span<const std::size_t> firsts) const {
    if (asked.like && groups_[asked.like->item] == asked.like->item) return asked.like->item;
    Found near = nearest_of(firsts, item);
    std::erase_if(near, [&](const Neighbour& one) {
      return asked.first ? !(one < *asked.first) : !(*asked.until < one);
    });
    if (const auto nearest = nearest_same(item, near)) return nearest->item;
    return asked.first ? asked.first->item : item;
  }

  // The nearest of those found, which are ordered, that the item is one with.
  [[nodiscard]] std::optional<Neighbour> nearest_same(std::size_t item, const Found& found) const {
    std::vector<std::size_t> others;
    for (const Neighbour& near : found) {
      if (near.distance <= options_.distance) others.push_back(near.item);
    }
    const auto same = same_(item, others);
    if (!same) return std::nullopt;
    return *std::ranges::find(found, *same, &Neighbour::item);
  }

  [[nodiscard]] Found nearest_of(std::span<const std::size_t> others, std::size_t item) const {
    Found found;
    for (const std::size_t other : others) {
      found.push_back({.item = other, .distance = space_.distance_between(item, other)});
    }
    const std::size_t count = std::min(options_.neighbours, found.size());
    std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(count),
                              std::less());
    found.resize(count);
    return found;
  }

  Space space_;
  ReachSearch search_;
  const GroupOptions& options_;
  const SameItem& same_;
  Groups groups_;
  ItemSet is_first_;
};

}  // namespace

Groups group_same(const Rows& rows, const GroupOptions& options, const SameItem& same) {
  if (rows.count() == 0) return {};
  return Grouping(rows, options, same).run();
}

}  // namespace likeness
