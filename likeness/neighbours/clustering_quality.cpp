#include "likeness/neighbours/clustering_quality.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>

#include "likeness/neighbours/labels.hpp"

namespace likeness {
namespace {

// How many items are in cluster i and have label j, both numbered anew from 0.
struct Table {
  std::vector<std::vector<double>> counts;
  std::vector<double> clusters;  // sums of the rows
  std::vector<double> labels;    // sums of the columns
  double total = 0.0;
};

Table table_of(std::span<const std::uint32_t> clusters, std::span<const std::uint32_t> labels) {
  std::map<std::uint32_t, std::size_t> rows;
  std::map<std::uint32_t, std::size_t> columns;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == kNoLabel) continue;
    rows.try_emplace(clusters[i], rows.size());
    columns.try_emplace(labels[i], columns.size());
  }
  Table table;
  table.counts.assign(rows.size(), std::vector<double>(columns.size()));
  table.clusters.resize(rows.size());
  table.labels.resize(columns.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == kNoLabel) continue;
    const std::size_t row = rows.at(clusters[i]);
    const std::size_t column = columns.at(labels[i]);
    table.counts[row][column] += 1.0;
    table.clusters[row] += 1.0;
    table.labels[column] += 1.0;
    table.total += 1.0;
  }
  return table;
}

double accuracy_of(const Table& table) {
  const std::size_t size = std::max(table.clusters.size(), table.labels.size());
  auto gains = table.counts;
  for (auto& row : gains) row.resize(size);
  gains.resize(size, std::vector<double>(size));
  const auto columns = best_assignment(gains);
  double right = 0.0;
  for (std::size_t row = 0; row < size; ++row) right += gains[row][columns[row]];
  return right / table.total;
}

double entropy(const std::vector<double>& sizes, double total) {
  double sum = 0.0;
  for (const double size : sizes) sum -= size / total * std::log(size / total);
  return sum;
}

double nmi_of(const Table& table) {
  const double mean =
      (entropy(table.clusters, table.total) + entropy(table.labels, table.total)) / 2.0;
  if (mean == 0.0) return 1.0;
  double information = 0.0;
  for (std::size_t i = 0; i < table.clusters.size(); ++i) {
    for (std::size_t j = 0; j < table.labels.size(); ++j) {
      const double count = table.counts[i][j];
      if (count == 0.0) continue;
      information += count / table.total *
                     std::log(count * table.total / (table.clusters[i] * table.labels[j]));
    }
  }
  return std::max(0.0, information / mean);
}

double pairs(double items) { return items * (items - 1.0) / 2.0; }

double ari_of(const Table& table) {
  double together = 0.0;
  for (const auto& row : table.counts) {
    for (const double count : row) together += pairs(count);
  }
  double in_clusters = 0.0;
  for (const double size : table.clusters) in_clusters += pairs(size);
  double in_labels = 0.0;
  for (const double size : table.labels) in_labels += pairs(size);
  const double all = pairs(table.total);
  const double expected = all > 0.0 ? in_clusters * in_labels / all : 0.0;
  const double most = (in_clusters + in_labels) / 2.0;
  return most == expected ? 1.0 : (together - expected) / (most - expected);
}

// One row after the other is assigned along the cheapest alternating path; potentials keep all
// reduced costs at 0 or more, so that the path is found as by Dijkstra. Place 0 is a dummy.
class Assignment {
 public:
  explicit Assignment(const std::vector<std::vector<double>>& gains)
      : gains_(gains),
        row_potential_(gains.size() + 1),
        column_potential_(gains.size() + 1),
        row_of_(gains.size() + 1),
        before_(gains.size() + 1) {}

  std::vector<std::size_t> solve() {
    for (std::size_t row = 1; row <= gains_.size(); ++row) {
      row_of_[0] = row;
      for (std::size_t column = find_free_column(); column != 0; column = before_[column]) {
        row_of_[column] = row_of_[before_[column]];
      }
    }
    std::vector<std::size_t> columns(gains_.size());
    for (std::size_t column = 1; column <= gains_.size(); ++column) {
      columns[row_of_[column] - 1] = column - 1;
    }
    return columns;
  }

 private:
  std::size_t find_free_column() {
    const std::size_t size = gains_.size();
    std::vector<double> slack(size + 1, std::numeric_limits<double>::infinity());
    std::vector<bool> done(size + 1);
    std::size_t column = 0;
    do {
      done[column] = true;
      const std::size_t row = row_of_[column];
      std::size_t next = 0;
      for (std::size_t j = 1; j <= size; ++j) {
        if (done[j]) continue;
        const double cost = -gains_[row - 1][j - 1] - row_potential_[row] - column_potential_[j];
        if (cost < slack[j]) {
          slack[j] = cost;
          before_[j] = column;
        }
        if (next == 0 || slack[j] < slack[next]) next = j;
      }
      shift_potentials(slack, done, slack[next]);
      column = next;
    } while (row_of_[column] != 0);
    return column;
  }

  void shift_potentials(std::vector<double>& slack, const std::vector<bool>& done, double by) {
    for (std::size_t j = 0; j < slack.size(); ++j) {
      if (done[j]) {
        row_potential_[row_of_[j]] += by;
        column_potential_[j] -= by;
      } else {
        slack[j] -= by;
      }
    }
  }

  const std::vector<std::vector<double>>& gains_;
  std::vector<double> row_potential_;
  std::vector<double> column_potential_;
  std::vector<std::size_t> row_of_;  // the row that has a column; 0: none
  std::vector<std::size_t> before_;  // the column before one on the path
};

}  // namespace

std::vector<std::size_t> best_assignment(const std::vector<std::vector<double>>& gains) {
  return Assignment(gains).solve();
}

ClusteringQuality measure_clustering(std::span<const std::uint32_t> clusters,
                                     std::span<const std::uint32_t> labels) {
  assert(clusters.size() == labels.size());
  const Table table = table_of(clusters, labels);
  if (table.total == 0.0) return {};
  return {.accuracy = accuracy_of(table),
          .nmi = nmi_of(table),
          .ari = ari_of(table),
          .items = static_cast<std::size_t>(table.total)};
}

}  // namespace likeness
