#include "likeness/plot/picture_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "likeness/plot/table.hpp"

namespace likeness {
namespace {

constexpr int kLargestSide = 160;
constexpr std::size_t kMostClusterTags = 5;
constexpr int kClusterLines = 250;
constexpr int kFailureLines = 150;

std::string mae_text(std::optional<double> mae) {
  return mae && std::isfinite(*mae) ? fmt::format("MAE {:.4f}", *mae) : "";
}

// "12,345"
std::string with_commas(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

}  // namespace

Size shown_size(Size picture) {
  assert(picture.width > 0 && picture.height > 0);
  const int longest = std::max(picture.width, picture.height);
  if (longest <= kLargestSide) {
    const int factor = kLargestSide / longest;
    return {.width = factor * picture.width, .height = factor * picture.height};
  }
  const auto reduced = [longest](int side) { return std::max(1, side * kLargestSide / longest); };
  return {.width = reduced(picture.width), .height = reduced(picture.height)};
}

Image draw_reconstructions(std::span<const Reconstruction> pictures,
                           const ReconstructionTitle& title) {
  assert(!pictures.empty());
  std::vector<TableRow> rows;
  rows.reserve(pictures.size());
  for (const Reconstruction& each : pictures) {
    rows.push_back(
        {.lines = {},
         .tiles = {{.title = {}, .caption = each.source.key, .picture = each.source.picture},
                   {.title = {}, .caption = {}, .picture = each.picture}}});
  }
  std::string quality = mae_text(title.validation_mae);
  if (!quality.empty()) quality = "validation " + quality;
  if (title.epoch != 0 && title.epoch == title.best_epoch) quality += ", the best";
  return draw_table(
      rows, {.title = {title.epoch == 0 ? "untrained" : fmt::format("epoch {}", title.epoch),
                       title.model, quality},
             .headings = {{"source"}, {"reconstruction"}},
             .picture = shown_size(pictures.front().picture.size)});
}

Image draw_comparison(std::span<const KeyedPicture> sources,
                      std::span<const ComparedModel> models) {
  assert(!sources.empty() && !models.empty());
  std::vector<TableRow> rows;
  rows.reserve(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    TableRow row{
        .lines = {},
        .tiles = {{.title = {}, .caption = sources[i].key, .picture = sources[i].picture}}};
    for (const ComparedModel& model : models) {
      row.tiles.push_back({.title = {}, .caption = {}, .picture = model.reconstructions[i]});
    }
    rows.push_back(std::move(row));
  }
  std::vector<std::vector<std::string>> headings = {{"source"}};
  for (const ComparedModel& model : models) {
    headings.push_back(
        {fmt::format("latent {}", model.latent), mae_text(model.validation_mae), model.name});
  }
  return draw_table(rows, {.title = {},
                           .headings = headings,
                           .picture = shown_size(models.front().reconstructions.front().size)});
}

Image draw_clusters(std::span<const ShownCluster> clusters) {
  assert(!clusters.empty());
  std::vector<TableRow> rows;
  for (const ShownCluster& cluster :
       clusters.first(std::min(clusters.size(), kMostShownClusters))) {
    TableRow row;
    row.lines = {fmt::format("cluster {}", cluster.cluster),
                 fmt::format("{} item{} ({:.1f} %)", with_commas(cluster.size),
                             cluster.size == 1 ? "" : "s", 100.0 * cluster.share)};
    const std::size_t tags = std::min(cluster.tags.size(), kMostClusterTags);
    row.lines.insert(row.lines.end(), cluster.tags.begin(),
                     cluster.tags.begin() + static_cast<std::ptrdiff_t>(tags));
    for (const KeyedPicture& item : cluster.central) {
      row.tiles.push_back({.title = {}, .caption = item.key, .picture = item.picture});
    }
    rows.push_back(std::move(row));
  }
  return draw_table(rows, {.title = {},
                           .headings = {},
                           .picture = {.width = 90, .height = 120},
                           .lines_width = kClusterLines});
}

Image draw_failures(std::span<const FailedQuery> queries, const std::string& tag) {
  assert(!queries.empty());
  std::vector<TableRow> rows;
  for (const FailedQuery& query : queries) {
    TableRow row{.lines = {query.value, query.item.key},
                 .tiles = {{.title = "asked for",
                            .caption = query.value,
                            .picture = query.item.picture,
                            .frame = Tile::Frame::kAccent}}};
    const auto wrong = std::ranges::count(query.answers, false, &GivenAnswer::right);
    row.lines.push_back(fmt::format("{} of {} wrong", wrong, query.answers.size()));
    for (const GivenAnswer& answer : query.answers) {
      row.tiles.push_back({.title = fmt::format("Dist: {:.2f}", answer.distance),
                           .caption = answer.value,
                           .picture = answer.item.picture,
                           .frame = answer.right ? Tile::Frame::kNone : Tile::Frame::kWrong});
    }
    rows.push_back(std::move(row));
  }
  return draw_table(rows, {.title = {tag + ": the queries answered worst",
                                     "framed: another " + tag + " than was asked for"},
                           .headings = {},
                           .picture = {.width = 90, .height = 120},
                           .lines_width = kFailureLines});
}

}  // namespace likeness
