// The graphs of a shop's latents: which files have one, which should, and why. A graph lies beside
// its file of latents, MODEL/000001.graph, and is used only as long as it was built of the same
// rows: whoever writes latents need not know it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "likeness/base/work.hpp"
#include "likeness/neighbours/graph_file.hpp"
#include "likeness/neighbours/search.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/shop.hpp"

namespace likeness {

// How latents are searched: by a graph where it pays (kAuto), always exactly, or by a graph of
// every file that is large enough for one.
enum class IndexChoice { kAuto, kExact, kGraph };
[[nodiscard]] const char* name_of(IndexChoice choice) noexcept;  // "auto", "exact", "graph"
[[nodiscard]] std::optional<IndexChoice> index_named(std::string_view name) noexcept;

// Where a graph pays. One of a million latents takes minutes to build and saves some ten
// milliseconds a query; below 200,000 reading all is as fast.
struct GraphRule {
  std::size_t rows = Search::kApproximateFrom;  // of a file, from which on it may have a graph
  std::size_t items = 1'000'000;                // of a shop, above which it has graphs by itself
};

inline constexpr std::string_view kGraphEnding = ".graph";

// The graph of this file; none if there is none, or one of other rows. Error::kCorrupt for one that
// is damaged.
[[nodiscard]] std::shared_ptr<const GraphFile> graph_of(const PackLatents& latents);

// Builds the graphs that the active model's latents should have and removes the others. The choice
// is the shop's from then on. Stopped, what is built until then stays.
struct GraphReport {
  std::size_t built = 0;
};
GraphReport settle_graphs(Store& store, const ShopFiles& files, std::optional<IndexChoice> choice,
                          const Work& work, const GraphRule& rule = {});

// How the active model's latents are searched today, and why.
struct SearchSummary {
  std::string by;   // "exact", "graph", "both"
  std::string why;  // one line
};
[[nodiscard]] std::optional<SearchSummary> search_summary(const Store& store,
                                                          const ShopFiles& files,
                                                          const GraphRule& rule = {});

}  // namespace likeness
