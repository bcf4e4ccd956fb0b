#include "likeness/shop/latent_graphs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndex = "index";  // the setting of the shop
constexpr std::array kChoices = {IndexChoice::kAuto, IndexChoice::kExact, IndexChoice::kGraph};

IndexChoice choice_of(const Store& store) {
  return index_named(store.setting(kIndex).value_or("")).value_or(IndexChoice::kAuto);
}

bool wants_graph(IndexChoice choice, std::size_t items, const GraphRule& rule) {
  return choice == IndexChoice::kGraph || (choice == IndexChoice::kAuto && items > rule.items);
}

fs::path graph_path(fs::path latents) { return latents.replace_extension(kGraphEnding); }

// What is damaged is told by who needs it.
bool has_graph(const ShopFiles& files, const StoredModel& model, const LatentFile& stored) {
  try {
    return graph_of(open_latents(files, model, stored)) != nullptr;
  } catch (const Error&) {
    return false;
  }
}

// Whether each byte of it is as it was written.
bool has_sound_graph(const PackLatents& latents, std::size_t threads) {
  try {
    const auto graph = graph_of(latents);
    if (graph) graph->check_all(threads);
    return graph != nullptr;
  } catch (const Error&) {
    return false;
  }
}

std::string too_small(const GraphRule& rule) {
  return fmt::format("no pack has {} pictures, from which a graph pays", with_thousands(rule.rows));
}

std::string why_exact(IndexChoice choice, std::size_t items, std::size_t large,
                      const GraphRule& rule) {
  if (choice == IndexChoice::kExact) return "by choice";
  if (large == 0) return too_small(rule);
  if (!wants_graph(choice, items, rule)) {
    return fmt::format("a graph pays above {} items", with_thousands(rule.items));
  }
  return "the graph is not built yet: the next embedding builds it";
}

}  // namespace

const char* name_of(IndexChoice choice) noexcept {
  switch (choice) {
    case IndexChoice::kAuto: return "auto";
    case IndexChoice::kExact: return "exact";
    case IndexChoice::kGraph: return "graph";
  }
  return "";
}

std::optional<IndexChoice> index_named(std::string_view name) noexcept {
  const auto found = std::ranges::find(
      kChoices, name, [](IndexChoice choice) { return std::string_view(name_of(choice)); });
  if (found == kChoices.end()) return std::nullopt;
  return *found;
}

std::shared_ptr<const GraphFile> graph_of(const PackLatents& latents) {
  if (!latents.file) return nullptr;
  const fs::path path = graph_path(latents.file->name());
  if (!fs::exists(path)) return nullptr;
  auto graph = std::make_shared<const GraphFile>(path);
  if (!graph->belongs_to(*latents.file)) return nullptr;
  return graph;
}

GraphReport settle_graphs(Store& store, const ShopFiles& files, std::optional<IndexChoice> choice,
                          const Work& work, const GraphRule& rule) {
  if (choice && *choice != choice_of(store)) {
    auto transaction = store.begin();
    store.put_setting(kIndex, name_of(*choice));
    transaction.commit();
  }
  GraphReport report;
  const auto model = store.active_model();
  if (!model) return report;
  const std::size_t items = store.count_items();
  const bool wanted = wants_graph(choice_of(store), items, rule);
  std::size_t large = 0;
  for (const LatentFile& stored : store.latent_files(model->id)) {
    if (!wanted || stored.count < rule.rows) {
      fs::remove(graph_path(files.latents() / stored.file));
      continue;
    }
    ++large;
    const PackLatents latents = open_latents(files, *model, stored);
    if (has_sound_graph(latents, work.threads)) continue;
    Progress progress(work, "graph", "latents", latents.file->count());
    write_graph(graph_path(latents.file->name()), *latents.file,
                {.threads = work.threads, .stop = work.stop, .on_progress = [&](std::size_t done) {
                   progress.advance(done);
                 }});
    ++report.built;
  }
  if (wanted && large == 0) {
    Message message{too_small(rule)};
    if (items >= rule.rows) message.remedy = by_compacting();
    work.say(message);
  }
  return report;
}

std::optional<SearchSummary> search_summary(const Store& store, const ShopFiles& files,
                                            const GraphRule& rule) {
  const auto model = store.active_model();
  if (!model || model->latents == 0) return std::nullopt;
  std::size_t large = 0;
  std::size_t with_graph = 0;
  const auto stored = store.latent_files(model->id);
  for (const LatentFile& one : stored) {
    if (one.count < rule.rows) continue;
    ++large;
    if (has_graph(files, *model, one)) ++with_graph;
  }
  const std::size_t items = store.count_items();
  if (with_graph == 0)
    return SearchSummary{.by = "exact", .why = why_exact(choice_of(store), items, large, rule)};
  const std::string why =
      choice_of(store) == IndexChoice::kGraph ? "by choice" : "the shop has so many items";
  if (with_graph == stored.size()) return SearchSummary{.by = "graph", .why = why};
  return SearchSummary{.by = "both",
                       .why = fmt::format("{} of {} packs have a graph: the others are too small, "
                                          "or it is not built yet",
                                          with_graph, stored.size())};
}

}  // namespace likeness
