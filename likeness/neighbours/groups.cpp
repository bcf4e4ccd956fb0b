#include "likeness/neighbours/groups.hpp"

#include <algorithm>
#include <numeric>

#include "likeness/neighbours/item_set.hpp"

namespace likeness {
namespace {

// Items that are asked about at once, before any of them begins a group.
constexpr std::size_t kBatch = 256;

// Up to so many firsts are searched by themselves, however many items there are: where few pictures
// are shown by many files, searching all items for them would be most of the work.
constexpr std::size_t kFewFirsts = 8192;

using Found = std::vector<Neighbour>;

class Grouping {
 public:
  Grouping(const Search& search, const GroupOptions& options, const SameItem& same)
      : search_(search),
        options_(options),
        same_(same),
        groups_(search.space().count()),
        is_first_(groups_.size(), ItemSet::Start::kEmpty) {
    std::iota(groups_.begin(), groups_.end(), std::size_t{0});
  }

  Groups run() {
    for (std::size_t begin = 0; begin < groups_.size(); begin += kBatch) {
      const std::size_t count = std::min(kBatch, groups_.size() - begin);
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
    for (const std::size_t first : firsts) {
      is_first_.insert(first);
      firsts_.push_back(first);
      const auto row = search_.space().rows().row(first);
      if (firsts_.size() <= kFewFirsts) rows_.insert(rows_.end(), row.begin(), row.end());
    }
  }

  [[nodiscard]] std::vector<Asked> ask_about_firsts(std::size_t begin, std::size_t count) const {
    const auto found = nearest_firsts(begin, count);
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

  [[nodiscard]] std::vector<Found> nearest_firsts(std::size_t begin, std::size_t count) const {
    const Space& space = search_.space();
    const Rows queries(
        space.rows().values().subspan(begin * space.dimensions(), count * space.dimensions()),
        space.dimensions());
    NearestOptions options{.count = options_.neighbours, .threads = options_.threads};
    if (firsts_.size() > kFewFirsts) {
      options.among = &is_first_;
      return search_.nearest(queries, options);
    }
    if (firsts_.empty()) return std::vector<Found>(count);
    const Search among_few(Rows(rows_, space.dimensions()),
                           {.metric = space.metric(),
                            .method = SearchOptions::Method::kExact,
                            .expected_queries = count,
                            .threads = options_.threads});
    auto found = among_few.nearest(queries, options);
    for (Found& one : found) {
      for (Neighbour& near : one) near.item = firsts_[near.item];
    }
    return found;
  }

  [[nodiscard]] Found nearest_of(std::span<const std::size_t> others, std::size_t item) const {
    Found found;
    for (const std::size_t other : others) {
      found.push_back({.item = other, .distance = search_.space().distance_between(item, other)});
    }
    const std::size_t count = std::min(options_.neighbours, found.size());
    std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(count),
                              std::less());
    found.resize(count);
    return found;
  }

  const Search& search_;
  const GroupOptions& options_;
  const SameItem& same_;
  Groups groups_;
  ItemSet is_first_;
  std::vector<std::size_t> firsts_;  // ascending
  std::vector<float> rows_;          // of the firsts, while they are few
};

}  // namespace

Groups group_same(const Search& search, const GroupOptions& options, const SameItem& same) {
  return Grouping(search, options, same).run();
}

}  // namespace likeness
