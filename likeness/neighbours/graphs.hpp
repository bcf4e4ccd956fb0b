// Navigable small world graphs (Malkov and Yashunin, TPAMI 2018), built by the library hnswlib: in
// memory, for whoever searches them there or writes them down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "likeness/base/parallel.hpp"
#include "likeness/neighbours/distance.hpp"

namespace likeness {

struct GraphOptions {
  std::size_t links = 16;           // of an item in the graph; twice as many on its lowest level
  std::size_t build_breadth = 200;  // candidates looked at when an item is linked
  std::uint64_t seed = 1;           // of the levels that items are drawn to
  std::size_t threads = available_threads();
  std::stop_token stop = {};
  // Called with how many more items are linked, by any thread.
  std::function<void(std::size_t)> on_progress = nullptr;
};

// The items are dealt out to a few graphs, each built by one thread from first item to last: so the
// same seed builds the same graphs for any number of threads. One graph built by many threads would
// depend on which was faster.
class Graphs {
 public:
  static constexpr std::size_t kCount = 2;  // item i belongs to graph i % kCount

  // The space must outlive the graphs. Throws Error::kUnavailable where memory is too short, and
  // when stopped.
  Graphs(const Space& space, const GraphOptions& options);
  ~Graphs();
  Graphs(const Graphs&) = delete;
  Graphs& operator=(const Graphs&) = delete;
  Graphs(Graphs&&) = delete;
  Graphs& operator=(Graphs&&) = delete;

  // The nearest `count` of the candidates of each graph, `breadth` or `count` of them, in any
  // order. By any number of threads.
  [[nodiscard]] std::vector<std::size_t> nearest(std::span<const float> placed_query,
                                                 std::size_t count, std::size_t breadth) const;

  // A graph that has items: the one where a search begins, the highest level, the items on a level
  // above 0, ascending, and the links of an item on a level where it is.
  [[nodiscard]] std::uint32_t entry(std::size_t graph) const;
  [[nodiscard]] std::size_t top_level(std::size_t graph) const;
  [[nodiscard]] std::vector<std::uint32_t> items_on(std::size_t graph, std::size_t level) const;
  [[nodiscard]] std::vector<std::uint32_t> links(std::size_t item, std::size_t level) const;

 private:
  struct Built;
  std::unique_ptr<Built> built_;
};

}  // namespace likeness
