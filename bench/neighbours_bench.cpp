// Search: single queries and batches, exact, approximate and by a plain scan, on random mixtures.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "likeness/neighbours/approximate_search.hpp"
#include "likeness/neighbours/exact_search.hpp"
#include "tests/neighbours/plain.hpp"

namespace likeness {
namespace {

constexpr std::size_t kGroups = 1000;
constexpr std::size_t kQueries = 1024;

// One catalogue at a time, as the largest takes much memory.
struct Catalogue {
  Catalogue(std::size_t count, std::size_t dimensions)
      : values(random_mixture(count, dimensions, kGroups, 1)),
        asked(random_mixture(kQueries, dimensions, kGroups, 1)),
        rows(values, dimensions),
        queries(asked, dimensions),
        space(rows, Metric::kEuclidean, available_threads()),
        search(space, available_threads()) {
    // The same centres, other points.
    const auto noise = random_values(asked.size(), 3);
    for (std::size_t i = 0; i < asked.size(); ++i) asked[i] += noise[i] * 0.5F;
  }

  std::vector<float> values;
  std::vector<float> asked;
  Rows rows;
  Rows queries;
  Space space;
  ExactSearch search;

  [[nodiscard]] const ApproximateSearch& graph() {
    if (!built) {
      const auto begin = std::chrono::steady_clock::now();
      built.emplace(space, GraphOptions{});
      build_seconds = std::chrono::steady_clock::now() - begin;
    }
    return *built;
  }
  std::optional<ApproximateSearch> built;
  std::chrono::duration<double> build_seconds{};
};

Catalogue& catalogue(const benchmark::State& state) {
  static std::unique_ptr<Catalogue> held;
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto dimensions = static_cast<std::size_t>(state.range(1));
  if (!held || held->rows.count() != count || held->rows.dimensions() != dimensions) {
    held.reset();
    held = std::make_unique<Catalogue>(count, dimensions);
  }
  return *held;
}

void exact_search(benchmark::State& state) {
  const auto& shop = catalogue(state);
  const auto batch = static_cast<std::size_t>(state.range(2));
  std::size_t first = 0;
  for (auto _ : state) {
    const Rows queries(shop.queries.values().subspan(first * shop.queries.dimensions(),
                                                     batch * shop.queries.dimensions()),
                       shop.queries.dimensions());
    benchmark::DoNotOptimize(
        shop.search.nearest(queries, {.threads = static_cast<std::size_t>(state.range(3))}));
    first = (first + batch) % (kQueries - batch + 1);
  }
  state.SetItemsProcessed(state.iterations() * state.range(2));
}

// What the codes are measured against: every vector read, in float, one thread.
void plain_scan(benchmark::State& state) {
  const auto& shop = catalogue(state);
  std::size_t q = 0;
  std::vector<Neighbour> all(shop.rows.count());
  for (auto _ : state) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = {.item = i, .distance = shop.space.distance(shop.queries.row(q).data(), i)};
    }
    std::ranges::partial_sort(all, all.begin() + 10, std::less());
    q = (q + 1) % kQueries;
  }
  state.SetItemsProcessed(state.iterations());
}

void build(benchmark::State& state) {
  const auto& shop = catalogue(state);
  for (auto _ : state) {
    const ExactSearch search(shop.space, available_threads());
    benchmark::DoNotOptimize(&search);
  }
}

// Single queries by the graph, with the recall of the ten nearest and what the graph costs to
// build.
void approximate_search(benchmark::State& state) {
  auto& shop = catalogue(state);
  const ApproximateSearch& graph = shop.graph();
  const auto breadth = static_cast<std::size_t>(state.range(2));
  std::size_t q = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(graph.nearest(shop.queries.row(q), 10, breadth));
    q = (q + 1) % kQueries;
  }
  std::size_t hits = 0;
  const auto truth = shop.search.nearest(shop.queries, {});
  for (q = 0; q < kQueries; ++q) {
    for (const auto& near : graph.nearest(shop.queries.row(q), 10, breadth)) {
      hits += static_cast<std::size_t>(std::ranges::count(truth[q], near));
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["recall"] = static_cast<double>(hits) / (10.0 * kQueries);
  state.counters["build_seconds"] = shop.build_seconds.count();
}

BENCHMARK(build)->ArgNames({"items", "D"})->Args({43800, 100})->UseRealTime();
BENCHMARK(plain_scan)->ArgNames({"items", "D"})->Args({43800, 100})->UseRealTime();
BENCHMARK(exact_search)
    ->ArgNames({"items", "D", "batch", "threads"})
    ->Args({43800, 100, 1, 1})
    ->Args({43800, 100, 1, 2})
    ->Args({43800, 100, 64, 1})
    ->Args({43800, 100, 64, 2})
    ->Args({43800, 100, 1024, 2})
    ->UseRealTime();
BENCHMARK(plain_scan)->ArgNames({"items", "D"})->Args({1000000, 64})->UseRealTime();
BENCHMARK(build)->ArgNames({"items", "D"})->Args({1000000, 64})->UseRealTime();
BENCHMARK(exact_search)
    ->ArgNames({"items", "D", "batch", "threads"})
    ->Args({1000000, 64, 1, 1})
    ->Args({1000000, 64, 1, 2})
    ->Args({1000000, 64, 64, 2})
    ->UseRealTime();
BENCHMARK(approximate_search)
    ->ArgNames({"items", "D", "breadth"})
    ->ArgsProduct({{1000000}, {64}, {50, 100, 200}})
    ->UseRealTime();
// Where the graph begins to pay off.
BENCHMARK(exact_search)
    ->ArgNames({"items", "D", "batch", "threads"})
    ->ArgsProduct({{50000, 100000, 200000, 400000}, {64}, {1, 64}, {1}})
    ->UseRealTime();
BENCHMARK(approximate_search)
    ->ArgNames({"items", "D", "breadth"})
    ->ArgsProduct({{50000, 100000, 200000, 400000}, {64}, {100}})
    ->UseRealTime();

}  // namespace
}  // namespace likeness
