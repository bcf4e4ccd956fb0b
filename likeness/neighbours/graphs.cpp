#include "likeness/neighbours/graphs.hpp"

// hnswlib's prefetching reads one link past the end of a list; this leaves it out, and with it
// hnswlib's own distances, which ours replace.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/base/work.hpp"
#include "likeness/neighbours/kernels.hpp"

namespace likeness {
namespace {

class KernelSpace final : public hnswlib::SpaceInterface<float> {
 public:
  explicit KernelSpace(std::size_t dimensions) : dimensions_(dimensions) {}

  std::size_t get_data_size() override { return dimensions_ * sizeof(float); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return measure; }
  void* get_dist_func_param() override { return &dimensions_; }

 private:
  static float measure(const void* a, const void* b, const void* dimensions) {
    return squared_distance(static_cast<const float*>(a), static_cast<const float*>(b),
                            *static_cast<const std::size_t*>(dimensions));
  }

  std::size_t dimensions_;
};

// searchKnn looks at max(ef_, count) candidates. Asking for as many results as candidates sets the
// breadth of one call without a setting that calls of other threads would share.
using Graph = hnswlib::HierarchicalNSW<float>;

constexpr std::size_t kItemsBetweenLooks = 1000;  // at whether to stop

}  // namespace

struct Graphs::Built {
  explicit Built(std::size_t dimensions) : space(dimensions) {}

  KernelSpace space;
  std::array<std::unique_ptr<Graph>, kCount> graphs;
};

Graphs::Graphs(const Space& space, const GraphOptions& options)
    : built_(std::make_unique<Built>(space.dimensions())) {
  const auto build = [&](std::size_t g) {
    const std::size_t size = (space.count() + kCount - 1 - g) / kCount;
    auto& graph = built_->graphs.at(g);
    graph = std::make_unique<Graph>(&built_->space, std::max<std::size_t>(1, size), options.links,
                                    options.build_breadth, options.seed + g);
    std::size_t linked = 0;
    for (std::size_t i = g; i < space.count(); i += kCount) {
      if (linked % kItemsBetweenLooks == 0) stop_if_asked(options.stop);
      graph->addPoint(space.row(i).data(), i);
      if (++linked % kItemsBetweenLooks != 0) continue;
      if (options.on_progress) options.on_progress(kItemsBetweenLooks);
    }
    if (options.on_progress) options.on_progress(linked % kItemsBetweenLooks);
  };
  try {
    parallel_for(kCount, options.threads, build);
  } catch (const std::bad_alloc&) {
    throw Error(Error::Kind::kUnavailable,
                "approximate search: too little memory for the graph of " +
                    std::to_string(space.count()) + " items; search exactly instead");
  }
}

Graphs::~Graphs() = default;

std::vector<std::size_t> Graphs::nearest(std::span<const float> placed_query, std::size_t count,
                                         std::size_t breadth) const {
  std::vector<std::size_t> found;
  for (const auto& graph : built_->graphs) {
    auto candidates = graph->searchKnn(placed_query.data(), std::max(count, breadth));
    while (candidates.size() > count) candidates.pop();
    for (; !candidates.empty(); candidates.pop()) found.push_back(candidates.top().second);
  }
  return found;
}

// hnswlib numbers a graph's items as they were added, 0, 1, 2 ...
std::uint32_t Graphs::entry(std::size_t graph) const {
  return static_cast<std::uint32_t>(built_->graphs.at(graph)->enterpoint_node_ * kCount + graph);
}

std::size_t Graphs::top_level(std::size_t graph) const {
  return static_cast<std::size_t>(std::max(built_->graphs.at(graph)->maxlevel_, 0));
}

std::vector<std::uint32_t> Graphs::items_on(std::size_t graph, std::size_t level) const {
  const Graph& built = *built_->graphs.at(graph);
  std::vector<std::uint32_t> items;
  for (std::size_t i = 0; i < built.cur_element_count; ++i) {
    const bool is_on = static_cast<std::size_t>(built.element_levels_[i]) >= level;
    if (is_on) items.push_back(static_cast<std::uint32_t>(i * kCount + graph));
  }
  return items;
}

std::vector<std::uint32_t> Graphs::links(std::size_t item, std::size_t level) const {
  const std::size_t graph = item % kCount;
  const Graph& built = *built_->graphs.at(graph);
  auto* const list = built.get_linklist_at_level(static_cast<hnswlib::tableint>(item / kCount),
                                                 static_cast<int>(level));
  const auto* const first = reinterpret_cast<const hnswlib::tableint*>(list + 1);
  std::vector<std::uint32_t> links;
  links.reserve(built.getListCount(list));
  for (std::size_t i = 0; i < built.getListCount(list); ++i) {
    links.push_back(static_cast<std::uint32_t>(first[i] * kCount + graph));
  }
  return links;
}

}  // namespace likeness
