#include "likeness/neighbours/approximate_search.hpp"

// hnswlib's prefetching reads one link past the end of a list; this leaves it out, and with it
// hnswlib's own distances, which ours replace.
#define NO_MANUAL_VECTORIZATION
#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <array>
#include <functional>
#include <new>
#include <string>

#include "likeness/base/error.hpp"
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

}  // namespace

struct ApproximateSearch::Graphs {
  explicit Graphs(std::size_t dimensions) : space(dimensions) {}

  KernelSpace space;
  std::array<std::unique_ptr<Graph>, kGraphs> graphs;
};

ApproximateSearch::ApproximateSearch(const Space& space, const GraphOptions& options)
    : space_(&space), graphs_(std::make_unique<Graphs>(space.dimensions())) {
  const auto build = [&](std::size_t g) {
    const std::size_t size = (space.count() + kGraphs - 1 - g) / kGraphs;
    auto& graph = graphs_->graphs.at(g);
    graph = std::make_unique<Graph>(&graphs_->space, std::max<std::size_t>(1, size), options.links,
                                    options.build_breadth, options.seed + g);
    for (std::size_t i = g; i < space.count(); i += kGraphs) {
      graph->addPoint(space.rows().row(i).data(), i);
    }
  };
  try {
    parallel_for(kGraphs, options.threads, build);
  } catch (const std::bad_alloc&) {
    throw Error(Error::Kind::kUnavailable,
                "approximate search: too little memory for the graph of " +
                    std::to_string(space.count()) + " items; search exactly instead");
  }
}

ApproximateSearch::~ApproximateSearch() = default;
ApproximateSearch::ApproximateSearch(ApproximateSearch&&) noexcept = default;
ApproximateSearch& ApproximateSearch::operator=(ApproximateSearch&&) noexcept = default;

std::vector<Neighbour> ApproximateSearch::nearest(std::span<const float> placed_query,
                                                  std::size_t count, std::size_t breadth) const {
  std::vector<Neighbour> found;
  for (const auto& graph : graphs_->graphs) {
    auto candidates = graph->searchKnn(placed_query.data(), std::max(count, breadth));
    while (candidates.size() > count) candidates.pop();
    for (; !candidates.empty(); candidates.pop()) {
      const std::size_t item = candidates.top().second;
      found.push_back({.item = item, .distance = space_->distance(placed_query.data(), item)});
    }
  }
  std::ranges::sort(found, std::less());
  found.resize(std::min(found.size(), count));
  return found;
}

}  // namespace likeness
