#include "likeness/evaluation/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/base/work.hpp"
#include "likeness/evaluation/items.hpp"
#include "likeness/evaluation/methods.hpp"
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
  Measurement(const EvaluateRequest& request, const EvaluatedItems& items, const Work& work)
      : request_(request), items_(items), work_(work) {}

  // One for the lists, one for each of the labels and for each k-means.
  [[nodiscard]] std::size_t steps() const {
    std::size_t steps = 1 + items_.labels.size();
    for (const AskedLabels& labels : items_.labels) steps += is_clustered(labels) ? 1 : 0;
    return steps;
  }

  [[nodiscard]] MethodReport measure(const Method& method, const Descriptors& descriptors,
                                     Progress& progress) const {
    MethodReport report{
        .method = method, .by = {}, .clusters = {}, .lists = {}, .milliseconds = {}};
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
  void step(Progress& progress) const {
    progress.advance();
    stop_if_asked(work_.stop);
  }

  // Exact, however many items: a graph's own misses are no property of the method.
  void measure_neighbours(const Descriptors& descriptors, MethodReport& report,
                          Progress& progress) const {
    const Search search(descriptors.rows(),
                        {.method = SearchOptions::Method::kExact, .threads = work_.threads});
    for (const AskedLabels& labels : items_.labels) {
      report.by.push_back(measure_retrieval(
          search, labels.of_item,
          {.queries = request_.queries, .seed = request_.seed, .threads = work_.threads}));
      step(progress);
    }
    report.lists =
        measure_lists(search.space(), sample_relevance(search.space(), {.seed = request_.seed}),
                      lists_of_all(search, kListLength, work_.threads));
    step(progress);
  }

  [[nodiscard]] ClusteringQuality measure_clusters(const Descriptors& descriptors,
                                                   const AskedLabels& labels) const {
    const KMeansOptions k_means_options{.clusters = labels.values,
                                        .starts = request_.starts,
                                        .seed = request_.seed,
                                        .threads = work_.threads,
                                        .stop = work_.stop};
    if (labels.items == labels.of_item.size()) {  // the usual case, and a copy is large
      return measure_clustering(k_means(descriptors.rows(), k_means_options).clusters,
                                labels.of_item);
    }
    const Labelled some = labelled(descriptors, labels);
    const Rows rows(some.values, descriptors.dimensions);
    return measure_clustering(k_means(rows, k_means_options).clusters, some.labels);
  }

  const EvaluateRequest& request_;
  const EvaluatedItems& items_;
  const Work& work_;
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

bool repeats(std::vector<std::string> names) {
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

void require(bool good, const char* field, const std::string& why) {
  if (!good) throw RequestError(field, why);
}

// Of a model; the other methods are none the worse for it.
bool has_bad_file(const Method& method, const Error& error) {
  return method.kind == MethodKind::kUntrained ||
         (method.kind == MethodKind::kModel && error.kind() == Error::Kind::kCorrupt);
}

void note_what_is_not_clustered(Evaluation& evaluation) {
  for (const AskedLabels& labels : evaluation.items.labels) {
    if (labels.tags > 1 || is_clustered(labels)) continue;
    evaluation.notes.push_back(
        fmt::format("k-means by {}: left out, it has {} values; at most {} are clustered for",
                    labels.name, with_thousands(labels.values), kMostClusters));
  }
}

}  // namespace

void require_sound(const EvaluateRequest& request) {
  constexpr std::size_t kMostTags = 2;
  constexpr std::uint64_t kMostStarts = 1000;
  constexpr std::uint64_t kMostComponents = 4096;
  const bool baselines = request.what == EvaluateRequest::What::kBaselines;
  require(!request.by.empty(), "by",
          "TAG is missing: what should items that are recommended have in common?");
  require(request.by.size() <= kMostTags, "by", "takes one tag or two: give no more");
  require(!repeats(request.by), "by", request.by.front() + " is given twice: give two tags");
  require(request.queries >= 1, "queries", "0 is out of range: give at least 1");
  require(!repeats(request.models), "model", "is given twice with the same name: give each once");
  require(!baselines || request.models.empty(), "baselines",
          "and a model exclude each other: give one of them");
  require(!baselines || request.weights.empty(), "weight",
          "is of a model's parts, which baselines have not: leave one of them out");
  for (const std::uint64_t components : request.pca) {
    require(
        components >= 1 && components <= kMostComponents, "pca",
        fmt::format("{} is out of range: give a number from 1 to {}", components, kMostComponents));
  }
  require(
      request.starts >= 1 && request.starts <= kMostStarts, "starts",
      fmt::format("{} is out of range: give a number from 1 to {}", request.starts, kMostStarts));
}

Evaluation evaluate(const EvaluateRequest& request, const Work& work) {
  require_sound(request);
  const Shop shop(request.files.folder);
  MethodList list = methods_of(shop.store(), request);
  Evaluation evaluation{.items = evaluated_items(shop, request),
                        .methods = {},
                        .comparisons = {},
                        .notes = std::move(list.notes),
                        .seed = request.seed};
  note_what_is_not_clustered(evaluation);
  const Measurement measurement(request, evaluation.items, work);
  // And one for describing.
  Progress progress(work, "evaluate", "measurements",
                    list.methods.size() * (1 + measurement.steps()));
  for (const Method& method : list.methods) {
    try {
      const auto& places = evaluation.items.places;
      const Descriptors descriptors =
          describe(shop, places, method,
                   {.seed = request.seed, .threads = work.threads, .weights = request.weights});
      progress.advance();
      stop_if_asked(work.stop);
      MethodReport report = measurement.measure(method, descriptors, progress);
      report.milliseconds = milliseconds_a_picture(shop, places, method);
      evaluation.methods.push_back(std::move(report));
    } catch (const Error& error) {
      stop_if_asked(work.stop);
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

Evaluation evaluate_described(const EvaluateRequest& request, EvaluatedItems items,
                              const Method& method, const Descriptors& descriptors,
                              const Work& work) {
  require_sound(request);
  Evaluation evaluation{.items = std::move(items),
                        .methods = {},
                        .comparisons = {},
                        .notes = {},
                        .seed = request.seed};
  note_what_is_not_clustered(evaluation);
  const Measurement measurement(request, evaluation.items, work);
  Progress progress(work, "evaluate", "measurements", measurement.steps());
  evaluation.methods.push_back(measurement.measure(method, descriptors, progress));
  return evaluation;
}

}  // namespace likeness
