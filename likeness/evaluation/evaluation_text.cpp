#include "likeness/evaluation/evaluation_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "likeness/base/words.hpp"
#include "likeness/evaluation/quality_columns.hpp"

namespace likeness {
namespace {

using Lines = std::vector<std::string>;

// Aligned columns: the first to the left, the others to the right.
class Table {
 public:
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  // The rows, and an empty line.
  void print(Lines& lines) const {
    for (const auto& row : rows_) {
      std::string line = fmt::format("{:<{}}", row.front(), width_of(0));
      for (std::size_t column = 1; column < row.size(); ++column) {
        line += fmt::format("  {:>{}}", row[column], width_of(column));
      }
      lines.push_back(line);
    }
    lines.emplace_back();
  }

 private:
  [[nodiscard]] std::size_t width_of(std::size_t column) const {
    std::size_t width = 0;
    for (const auto& row : rows_) width = std::max(width, row[column].size());
    return width;
  }

  std::vector<std::vector<std::string>> rows_;
};

// "0.619 +-0.013": the half width of the interval.
std::string cell(const Interval& interval, int decimals) {
  return fmt::format("{:.{}f} +-{:.{}f}", interval.mean, decimals,
                     (interval.high - interval.low) / 2.0, decimals);
}

void add_retrieval(const Evaluation& evaluation, std::size_t label, Lines& lines) {
  const AskedLabels& labels = evaluation.items.labels[label];
  const Retrieval& first = evaluation.methods.front().by[label];
  Table table;
  std::vector<std::string> heading{"method", "numbers"};
  for (const QualityColumn& column : kQualityColumns) heading.emplace_back(column.heading);
  table.add(heading);
  for (const MethodReport& report : evaluation.methods) {
    std::vector<std::string> row{report.method.name, std::to_string(report.method.dimensions)};
    for (const QualityColumn& column : kQualityColumns) {
      row.push_back(cell(interval_of(report.by[label], column, evaluation.seed), column.decimals));
    }
    table.add(row);
  }
  lines.push_back(fmt::format("by {}: {} values, {} queries among {} items", labels.name,
                              with_thousands(labels.values), with_thousands(first.queries.size()),
                              with_thousands(first.gallery)));
  table.print(lines);
}

void add_clusters(const Evaluation& evaluation, std::size_t label, Lines& lines) {
  Table table;
  table.add({"method", "accuracy", "NMI", "ARI"});
  for (const MethodReport& report : evaluation.methods) {
    if (const auto& quality = report.clusters[label]) {
      table.add({report.method.name, fmt::format("{:.3f}", quality->accuracy),
                 fmt::format("{:.3f}", quality->nmi), fmt::format("{:.3f}", quality->ari)});
    }
  }
  const AskedLabels& labels = evaluation.items.labels[label];
  lines.push_back(fmt::format("k-means, {} clusters, against {}", labels.values, labels.name));
  table.print(lines);
}

void add_lists(const Evaluation& evaluation, Lines& lines) {
  Table table;
  table.add({"method", "coverage", "hubness", "diversity"});
  for (const MethodReport& report : evaluation.methods) {
    table.add({report.method.name, fmt::format("{:.3f}", report.lists.coverage),
               std::to_string(report.lists.hubness),
               fmt::format("{:.3f}", report.lists.diversity)});
  }
  lines.push_back(fmt::format(
      "lists of the 10 nearest of each of {} items: share of the items that are in any list, lists",
      with_thousands(evaluation.items.places.size())));
  lines.emplace_back(
      "that the most frequent item is in, distance within a list as a share of that of random "
      "pairs");
  table.print(lines);
}

void add_costs(const Evaluation& evaluation, Lines& lines) {
  Table table;
  table.add({"method", "ms"});
  for (const MethodReport& report : evaluation.methods) {
    table.add({report.method.name,
               report.milliseconds ? fmt::format("{:.3f}", *report.milliseconds) : "not run here"});
  }
  lines.emplace_back("describing a picture, by one thread");
  table.print(lines);
}

// What the model must be told of itself: where it is no better than a baseline of its size.
void add_verdict(const std::string& model, const Evaluation& evaluation, Lines& lines) {
  bool beaten = false;
  std::size_t compared = 0;
  for (const Comparison& comparison : evaluation.comparisons) {
    if (comparison.model != model || !comparison.same_size) continue;
    ++compared;
    if (comparison.beats()) continue;
    beaten = true;
    lines.push_back(
        fmt::format("{} does not beat {} in P@10 by {}: difference {:+.3f}, {:+.3f} to {:+.3f}",
                    model, comparison.baseline, comparison.by, comparison.difference.mean,
                    comparison.difference.low, comparison.difference.high));
  }
  if (beaten) return;
  lines.push_back(compared == 0
                      ? model + ": no baseline has so few numbers"
                      : model + " beats every baseline that has no more numbers, in P@10");
}

}  // namespace

std::vector<std::string> lines_of(const Evaluation& evaluation) {
  Lines lines;
  for (std::size_t i = 0; i < evaluation.items.labels.size(); ++i) {
    add_retrieval(evaluation, i, lines);
  }
  for (std::size_t i = 0; i < evaluation.items.labels.size(); ++i) {
    if (evaluation.methods.front().clusters[i]) add_clusters(evaluation, i, lines);
  }
  add_lists(evaluation, lines);
  add_costs(evaluation, lines);
  for (const MethodReport& report : evaluation.methods) {
    if (report.method.kind == MethodKind::kModel) {
      add_verdict(report.method.name, evaluation, lines);
    }
  }
  for (const std::string& note : evaluation.notes) lines.push_back(note);
  lines.emplace_back("+- is half of the 95 % interval of a bootstrap over the queries");
  return lines;
}

}  // namespace likeness
