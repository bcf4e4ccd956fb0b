#include "likeness/base/json.hpp"
#include "likeness/evaluation/evaluation.hpp"
#include "likeness/evaluation/quality_columns.hpp"

namespace likeness {

Interval interval_of(const Retrieval& retrieval, const QualityColumn& column, std::uint64_t seed) {
  return bootstrap_mean(retrieval.values(column.measure), {.seed = seed});
}

namespace {

Json to_json(const Interval& interval) { return Json::Array{interval.low, interval.high}; }

Json to_json(const Retrieval& retrieval, std::uint64_t seed) {
  Json::Object measures;
  Json::Object intervals;
  for (const QualityColumn& column : kQualityColumns) {
    const Interval interval = interval_of(retrieval, column, seed);
    measures.emplace_back(column.name, interval.mean);
    intervals.emplace_back(column.name, to_json(interval));
  }
  measures.emplace_back("intervals", intervals);
  measures.emplace_back("queries", retrieval.queries.size());
  measures.emplace_back("gallery", retrieval.gallery);
  return measures;
}

Json to_json(const MethodReport& report, const Evaluation& evaluation) {
  Json::Object by;
  Json::Object clusters;
  for (std::size_t i = 0; i < report.by.size(); ++i) {
    const AskedLabels& labels = evaluation.items.labels[i];
    by.emplace_back(labels.name, to_json(report.by[i], evaluation.seed));
    if (const auto& quality = report.clusters[i]) {
      clusters.emplace_back(labels.name, Json::Object{{"accuracy", quality->accuracy},
                                                      {"nmi", quality->nmi},
                                                      {"ari", quality->ari},
                                                      {"clusters", labels.values}});
    }
  }
  const bool model = report.method.kind == MethodKind::kModel;
  return Json::Object{{"name", report.method.name},
                      {"kind", model ? "model" : "baseline"},
                      {"dimensions", report.method.dimensions},
                      {"by", by},
                      {"clusters", clusters},
                      {"coverage", report.lists.coverage},
                      {"hubness", report.lists.hubness},
                      {"diversity", report.lists.diversity},
                      {"milliseconds", report.milliseconds ? Json(*report.milliseconds) : Json()}};
}

Json to_json(const Comparison& comparison) {
  return Json::Object{{"model", comparison.model},
                      {"baseline", comparison.baseline},
                      {"by", comparison.by},
                      {"same_size", comparison.same_size},
                      {"difference", comparison.difference.mean},
                      {"interval", to_json(comparison.difference)},
                      {"beats", comparison.beats()}};
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
  Json::Array methods;
  for (const MethodReport& report : evaluation.methods) {
    methods.push_back(to_json(report, evaluation));
  }
  Json::Array comparisons;
  for (const Comparison& comparison : evaluation.comparisons) {
    comparisons.push_back(to_json(comparison));
  }
  Json::Array notes;
  for (const std::string& note : evaluation.notes) notes.emplace_back(note);
  const Retrieval& first = evaluation.methods.front().by.front();
  return Json::Object{{"queries", first.queries.size()},
                      {"gallery", first.gallery},
                      {"methods", methods},
                      {"comparisons", comparisons},
                      {"notes", notes}};
}

}  // namespace likeness
