#include "likeness/neighbours/groups.hpp"

#include <algorithm>
#include <numeric>

namespace likeness {
namespace {

constexpr std::size_t kBatch = 1024;  // queries of one search

using Lists = std::vector<std::vector<std::size_t>>;  // of each item some others

std::vector<float> rows_of(const Search& search, std::span<const std::size_t> items) {
  std::vector<float> rows;
  for (const std::size_t item : items) {
    const auto row = search.space().rows().row(item);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

// How far each item has been asked about: its neighbours nearer than this. Theirs need not ask
// again.
using Reaches = std::vector<float>;

struct Asking {
  const Search& search;
  const GroupOptions& options;
  const SameItems& same;
  Lists answers;
  Reaches reaches;
};

// Asks about those found that are near enough and have not asked themselves. Returns whether the
// farthest found is one with the item, so that there may be more.
bool ask(Asking& asking, std::size_t item, const std::vector<Neighbour>& found) {
  std::vector<std::size_t> others;
  for (const Neighbour& near : found) {
    if (near.item == item || near.distance > asking.options.distance) continue;
    const bool has_asked = near.item < item && near.distance < asking.reaches[near.item];
    if (!has_asked || near == found.back()) others.push_back(near.item);
  }
  auto& answer = asking.answers[item];
  answer = others.empty() ? std::move(others) : asking.same(item, others);
  return std::ranges::find(answer, found.back().item) != answer.end();
}

// One search for some items; returns those that may have more neighbours to be asked about.
std::vector<std::size_t> ask_batch(Asking& asking, std::span<const std::size_t> items,
                                   std::size_t count) {
  const auto queries = rows_of(asking.search, items);
  const auto found = asking.search.nearest(Rows(queries, asking.search.space().dimensions()),
                                           {.count = count, .threads = asking.options.threads});
  for (std::size_t i = 0; i < items.size(); ++i) {
    asking.reaches[items[i]] = found[i].back().distance;
  }
  std::vector<char> more(items.size());
  parallel_for(items.size(), asking.options.threads,
               [&](std::size_t i) { more[i] = ask(asking, items[i], found[i]) ? 1 : 0; });
  std::vector<std::size_t> unfinished;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (more[i] != 0 && found[i].size() == count) unfinished.push_back(items[i]);
  }
  return unfinished;
}

Lists ask_about_all(const Search& search, const GroupOptions& options, const SameItems& same) {
  const std::size_t items = search.space().count();
  Asking asking{.search = search,
                .options = options,
                .same = same,
                .answers = Lists(items),
                .reaches = Reaches(items)};
  std::vector<std::size_t> waiting(items);
  std::iota(waiting.begin(), waiting.end(), std::size_t{0});
  // The item itself is among its neighbours.
  for (std::size_t count = options.neighbours + 1; !waiting.empty(); count *= 4) {
    std::vector<std::size_t> next;
    for (std::size_t first = 0; first < waiting.size(); first += kBatch) {
      const auto batch =
          std::span(waiting).subspan(first, std::min(kBatch, waiting.size() - first));
      const auto unfinished = ask_batch(asking, batch, std::min(count, items));
      next.insert(next.end(), unfinished.begin(), unfinished.end());
      options.on_progress(batch.size());
    }
    if (count >= items) break;
    waiting = std::move(next);
  }
  return std::move(asking.answers);
}

// An answer of either of two items counts for both.
Lists of_earlier_items(const Lists& answers) {
  Lists earlier(answers.size());
  for (std::size_t item = 0; item < answers.size(); ++item) {
    for (const std::size_t other : answers[item]) {
      earlier[std::max(item, other)].push_back(std::min(item, other));
    }
  }
  for (auto& list : earlier) {
    std::ranges::sort(list);
    const auto repeated = std::ranges::unique(list);
    list.erase(repeated.begin(), repeated.end());
  }
  return earlier;
}

}  // namespace

Groups group_same(const Search& search, const GroupOptions& options, const SameItems& same) {
  const Lists earlier = of_earlier_items(ask_about_all(search, options, same));
  Groups groups(earlier.size());
  for (std::size_t item = 0; item < groups.size(); ++item) {
    groups[item] = item;
    for (const std::size_t other : earlier[item]) {
      const std::size_t first = groups[other];
      if (first != other && !std::ranges::binary_search(earlier[item], first) &&
          same(item, std::span(&first, 1)).empty()) {
        continue;
      }
      groups[item] = first;
      break;
    }
  }
  return groups;
}

}  // namespace likeness
