#include "app/evaluate_measures.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/evaluate_items.hpp"
#include "app/evaluate_methods.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/interrupt.hpp"
#include "likeness/base/progress.hpp"
#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/labels.hpp"
#include "likeness/neighbours/relevance.hpp"
#include "likeness/neighbours/search.hpp"

namespace likeness {
namespace {

bool is_clustered(const AskedLabels& labels) {
  return labels.tags == 1 && labels.values <= kMostClusters;
}

// The rows of the items that have a label, and those labels.
struct Labelled {
  std::vector<float> values;
  std::vector<std::uint32_t> labels;
};

Labelled labelled(const Descriptors& descriptors, const AskedLabels& labels) {
  Labelled found;
  found.values.reserve(labels.items * descriptors.dimensions);
  for (std::size_t i = 0; i < labels.of_item.size(); ++i) {
    if (labels.of_item[i] == kNoLabel) continue;
    const auto row = descriptors.rows().row(i);
    found.values.insert(found.values.end(), row.begin(), row.end());
    found.labels.push_back(labels.of_item[i]);
  }
  return found;
}

class Measurement {
 public:
  Measurement(const Shop& shop, const EvaluateOptions& options, const EvaluatedItems& items,
              const Common& common)
      : shop_(shop), options_(options), items_(items), common_(common) {}

  // One for describing, one for the lists, one for each of the labels and for each k-means.
  [[nodiscard]] std::size_t steps() const {
    std::size_t steps = 2 + items_.labels.size();
    for (const AskedLabels& labels : items_.labels) steps += is_clustered(labels) ? 1 : 0;
    return steps;
  }

  [[nodiscard]] MethodReport measure(const Method& method, Progress& progress) const {
    MethodReport report{.method = method, .by = {}, .clusters = {}, .lists = {}};
    const Descriptors descriptors =
        describe(shop_, items_.places, method, {.seed = options_.seed, .threads = common_.threads});
    step(progress);
    measure_neighbours(descriptors, report, progress);
    for (const AskedLabels& labels : items_.labels) {
      auto& quality = report.clusters.emplace_back();
      if (!is_clustered(labels)) continue;
      quality = measure_clusters(descriptors, labels);
      step(progress);
    }
    return report;
  }

 private:
  static void step(Progress& progress) {
    progress.advance();
    stop_if_interrupted();
  }

  // Exact, however many items: a graph's own misses are no property of the method.
  void measure_neighbours(const Descriptors& descriptors, MethodReport& report,
                          Progress& progress) const {
    const Search search(descriptors.rows(),
                        {.method = SearchOptions::Method::kExact, .threads = common_.threads});
    for (const AskedLabels& labels : items_.labels) {
      report.by.push_back(measure_retrieval(
          search, labels.of_item,
          {.queries = options_.queries, .seed = options_.seed, .threads = common_.threads}));
      step(progress);
    }
    report.lists =
        measure_lists(search.space(), sample_relevance(search.space(), {.seed = options_.seed}),
                      lists_of_all(search, kListLength, common_.threads));
    step(progress);
  }

  [[nodiscard]] ClusteringQuality measure_clusters(const Descriptors& descriptors,
                                                   const AskedLabels& labels) const {
    const KMeansOptions k_means_options{.clusters = labels.values,
                                        .starts = options_.starts,
                                        .seed = options_.seed,
                                        .threads = common_.threads};
    if (labels.items == labels.of_item.size()) {  // the usual case, and a copy is large
      return measure_clustering(k_means(descriptors.rows(), k_means_options).clusters,
                                labels.of_item);
    }
    const Labelled some = labelled(descriptors, labels);
    const Rows rows(some.values, descriptors.dimensions);
    return measure_clustering(k_means(rows, k_means_options).clusters, some.labels);
  }

  const Shop& shop_;
  const EvaluateOptions& options_;
  const EvaluatedItems& items_;
  const Common& common_;
};

std::vector<Comparison> compare(const Evaluation& evaluation) {
  std::vector<Comparison> comparisons;
  for (const MethodReport& model : evaluation.methods) {
    if (model.method.kind != MethodKind::kModel) continue;
    for (const MethodReport& baseline : evaluation.methods) {
      if (baseline.method.kind == MethodKind::kModel) continue;
      for (std::size_t i = 0; i < model.by.size(); ++i) {
        comparisons.push_back({.model = model.method.name,
                               .baseline = baseline.method.name,
                               .by = evaluation.items.labels[i].name,
                               .difference = bootstrap_difference(
                                   model.by[i].values(&RetrievalQuality::precision_at_10),
                                   baseline.by[i].values(&RetrievalQuality::precision_at_10),
                                   {.seed = evaluation.seed}),
                               .same_size = baseline.method.dimensions <= model.method.dimensions});
      }
    }
  }
  return comparisons;
}

// Of a model; the other methods are none the worse for it.
bool has_bad_file(const Method& method, const Error& error) {
  return method.kind == MethodKind::kUntrained ||
         (method.kind == MethodKind::kModel && error.kind() == Error::Kind::kCorrupt);
}

}  // namespace

Evaluation evaluate(const Shop& shop, const EvaluateOptions& options, const Common& common) {
  MethodList list = methods_of(shop.store(), options);
  Evaluation evaluation{.items = evaluated_items(shop, options),
                        .methods = {},
                        .comparisons = {},
                        .notes = std::move(list.notes),
                        .seed = options.seed};
  for (const AskedLabels& labels : evaluation.items.labels) {
    if (labels.tags > 1 || is_clustered(labels)) continue;
    evaluation.notes.push_back(
        fmt::format("k-means by {}: left out, it has {} values; at most {} are clustered for",
                    labels.name, with_thousands(labels.values), kMostClusters));
  }
  const Measurement measurement(shop, options, evaluation.items, common);
  Progress progress("evaluate", "measurements", list.methods.size() * measurement.steps(),
                    common.progress());
  for (const Method& method : list.methods) {
    try {
      evaluation.methods.push_back(measurement.measure(method, progress));
    } catch (const Error& error) {
      stop_if_interrupted();
      if (!has_bad_file(method, error)) throw;
      evaluation.notes.push_back(fmt::format("{}: left out: {}", method.name, error.what()));
    }
  }
  if (evaluation.methods.empty()) {
    throw Error(Error::Kind::kCorrupt, evaluation.notes.back());
  }
  evaluation.comparisons = compare(evaluation);
  return evaluation;
}

}  // namespace likeness
