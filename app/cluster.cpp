// likeness cluster SHOP
#include "likeness/shop/cluster.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "app/commands.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

// How many are asked for: a number, or "auto".
struct ClusterCount {
  ClusterRequest::Count count = ClusterRequest::Count::kUsual;
  std::uint64_t clusters = 0;
};

void read_value(const std::string& word, ClusterCount& value) {
  if (word == "auto") {
    value.count = ClusterRequest::Count::kBySilhouette;
    return;
  }
  value.count = ClusterRequest::Count::kGiven;
  try {
    likeness::read_value(word, value.clusters);
  } catch (const UsageError&) {
    throw UsageError("is unknown: give a number or auto");
  }
}

void add_lines(std::size_t cluster, const ClusterSummary& summary, std::size_t items, Text& text) {
  std::string line =
      fmt::format("{:>7}  {:>9}  {:>5.1f} %  ", cluster, with_thousands(summary.size),
                  100.0 * static_cast<double>(summary.size) / static_cast<double>(items));
  std::string separator;
  for (const auto& [tag, value, share, lift] : summary.tags) {
    line += fmt::format("{}{}={} {:.0f} % (x{:.1f})", separator, tag, value, 100.0 * share, lift);
    separator = ", ";
  }
  if (!summary.tags.empty()) {
    text.line(line);
    line = std::string(29, ' ');
  }
  line += "central:";
  for (const std::string& key : summary.central) line += " " + key;
  text.line(line);
}

Text to_text(const ClusterOutcome& outcome) {
  Text text;
  text.line("{} clusters of {} items by {}: inertia {:.6g}, silhouette {:.3f}, {:.1f} s",
            outcome.clusters.size(), with_thousands(outcome.items), outcome.model, outcome.inertia,
            outcome.silhouette, outcome.seconds);
  text.lines(
      "\ncluster      items    share  more frequent than elsewhere: share of the cluster (how many "
      "times that of all)\n");
  for (std::size_t k = 0; k < outcome.clusters.size(); ++k) {
    add_lines(k, outcome.clusters[k], outcome.items, text);
  }
  return text;
}

}  // namespace

Action cluster_command(Arguments& arguments) {
  const auto request = std::make_shared<ClusterRequest>();
  const auto count = std::make_shared<ClusterCount>();
  arguments.word({"SHOP", "", "the shop's folder"}, request->files.folder);
  arguments.option({"--clusters", "N", "how many; auto: 2 to 30, by the silhouette [6]"}, *count);
  arguments.option({"--seed", "N", "the same seed gives the same clusters [1]"}, request->seed);
  arguments.note(
      "Clusters belong to the active model. An item that is embedded later is in the cluster with\n"
      "the nearest centre; run it again to take such items into account.");
  return [request, count](const Work& work) {
    request->count = count->count;
    request->clusters = count->clusters;
    const ClusterOutcome outcome = cluster(*request, work);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
