// What looks alike: the clusters, and what is recommended for a few items.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/random.hpp"
#include "likeness/base/words.hpp"
#include "likeness/base/work.hpp"
#include "likeness/neighbours/recommend.hpp"
#include "likeness/neighbours/sample.hpp"
#include "likeness/plot/picture_tables.hpp"
#include "likeness/plot/svg_text.hpp"
#include "likeness/report/sections.hpp"
#include "likeness/report/strip.hpp"
#include "likeness/shop/cluster_summary.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/recommend_query.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

constexpr std::size_t kCentral = 8;
constexpr std::size_t kNearest = 5;
constexpr std::size_t kDrawnItems = 8;       // where none are named
constexpr std::size_t kMostOtherModels = 3;  // that are shown beside the active one
constexpr const char* kClusters = "clusters";
constexpr const char* kStrips = "recommendation strips";
constexpr const char* kClusterStrip = "recommendation strip by cluster";

std::vector<std::string> tag_lines(const ClusterSummary& summary) {
  std::vector<std::string> lines;
  lines.reserve(summary.tags.size());
  for (const auto& [tag, value, share, lift] : summary.tags) {
    lines.push_back(fmt::format("{}: {}, {:.0f} % (x {:.1f})", tag, value, 100.0 * share, lift));
  }
  return lines;
}

void draw_clusters(const ReportSource& source, PageSection& section, ReportDraft& draft) {
  const ActiveLatents& active = *source.active;
  const Clustering& clustering = *source.clustering;
  const auto summaries = summarize(source.store(), active, clustering);
  const auto central = central_items(active.rows(), clustering, kCentral);
  std::vector<ShownCluster> shown;
  for (std::size_t k = 0; k < std::min(summaries.size(), kMostShownClusters); ++k) {
    ShownCluster& one = shown.emplace_back();
    one.cluster = k;
    one.size = summaries[k].size;
    one.share = static_cast<double>(one.size) / static_cast<double>(active.latents.items.size());
    one.tags = tag_lines(summaries[k]);
    for (const std::size_t row : central[k]) {
      const std::size_t place = source.place_of_row(row);
      one.central.push_back(
          {.key = source.shop.items()[place].key, .picture = source.picture(place)});
    }
  }
  draft.show(
      section, "clusters",
      {.title = "Clusters",
       .reading = "A row for each cluster: its most central pictures, the most typical left, "
                  "and the tags that are more frequent in it than elsewhere, with the share "
                  "of its items and how many times that of all.",
       .alternative = fmt::format("{} clusters of {} items with their most central pictures.",
                                  summaries.size(), with_thousands(active.latents.items.size()))},
      likeness::draw_clusters(shown));
}

// Draws strips: of one item its nearest by some latents, so many of them.
class Strips {
 public:
  // Their files begin with `prefix`. `by_model`: whether they say whose latents these are.
  Strips(const ReportSource& source, const ActiveLatents& latents, std::string prefix,
         bool by_model, ReportDraft& draft)
      : source_(source),
        latents_(latents),
        prefix_(std::move(prefix)),
        by_model_(by_model),
        draft_(draft),
        search_(latents.rows(), {.expected_queries = 1, .threads = source.work.threads}),
        relevance_(sample_relevance(search_.space(), {.threads = source.work.threads})) {}

  [[nodiscard]] PageFigure draw(const Item& item, std::size_t count,
                                const Clustering* by = nullptr) {
    RecommendQuery query;
    query.files = source_.shop.files();
    query.liked = {item.key};
    const auto found =
        recommend(search_, relevance_, taste_of(item),
                  {.count = count, .clustering = by, .threads = source_.work.threads});
    const std::string name = fmt::format("{}{:02}", prefix_, ++drawn_);
    draw_strip(query, source_.store(), std::vector{item}, shown(found),
               draft_.path_of(name + ".png"));
    PageFigure drawn = figure(item, found.size(), by != nullptr);
    drawn.file = ReportDraft::address_of(name + ".png");
    return drawn;
  }

 private:
  [[nodiscard]] Taste taste_of(const Item& item) const {
    const auto row = latents_.row_of(item.id);
    if (!row) {
      throw Error(Error::Kind::kNotFound,
                  item.key + ": has no latent by " + latents_.model.name + " yet",
                  by_embedding("make it"));
    }
    const auto vector = latents_.rows().row(*row);
    return {.liked = {vector.begin(), vector.end()}, .unliked = {}, .items = {*row}};
  }
  [[nodiscard]] PageFigure figure(const Item& item, std::size_t results, bool by_cluster) const {
    const std::string key = shorten(item.key, 60);
    const std::string model =
        by_model_ ? fmt::format(" by {}", shorten(latents_.model.name, 60)) : "";
    return {
        .title = fmt::format("{}: the {} nearest{}{}", key, results,
                             by_cluster ? " of its cluster" : "", model),
        .reading = by_cluster
                       ? "As above, but only items of the same cluster are considered."
                       : "The framed picture is the source; then what is nearest to it, nearest "
                         "first, with the distance of the latents above each.",
        .alternative = fmt::format("{} and the {} items that are most like it.", key, results)};
  }

  [[nodiscard]] std::vector<ShownItem> shown(const std::vector<Recommendation>& found) const {
    std::vector<ShownItem> items;
    for (const Recommendation& one : found) {
      ShownItem& item = items.emplace_back();
      const std::size_t place = source_.place_of_item(latents_.latents.items[one.item]);
      item.item = source_.shop.items()[place];
      item.distance = one.distance;
      item.relevance = one.relevance;
    }
    return items;
  }

  const ReportSource& source_;
  const ActiveLatents& latents_;
  std::string prefix_;
  bool by_model_;
  ReportDraft& draft_;
  Search search_;
  Relevance relevance_;
  std::size_t drawn_ = 0;
};

// Those that were named, or some drawn among those with a latent.
std::vector<Item> shown_items(const ReportSource& source) {
  std::vector<Item> items;
  for (const std::string& key : source.items) {
    if (const auto place = source.shop.index_of(key)) items.push_back(source.shop.items()[*place]);
  }
  if (!items.empty()) return items;
  Random random(source.request.seed);
  for (const std::size_t row :
       sample_of(source.active->latents.items.size(), kDrawnItems, random)) {
    items.push_back(source.shop.items()[source.place_of_row(row)]);
  }
  return items;
}

// Others that have a latent of every item, the newest first: other ways to describe the same
// pictures, to be compared by eye.
std::vector<StoredModel> other_models(const ReportSource& source) {
  std::vector<StoredModel> others;
  for (const TrainedModel& model : source.models) {
    const StoredModel& stored = model.stored;
    if (!stored.active && stored.latents >= source.shop.items().size()) others.push_back(stored);
  }
  std::ranges::sort(others, std::greater(), &StoredModel::id);
  others.resize(std::min(others.size(), kMostOtherModels));
  return others;
}

// Of each item its nearest by each model, one below the other.
class ModelComparison {
 public:
  ModelComparison(std::span<const Item> items, ReportDraft& draft)
      : items_(items), draft_(draft), of_item_(items.size()) {}

  void draw(Strips& strips) {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      draft_.attempt(kStrips, [&] { of_item_[i].push_back(strips.draw(items_[i], kNearest)); });
    }
  }
  void show(PageSection& section) const {
    for (const auto& figures : of_item_)
      std::ranges::copy(figures, std::back_inserter(section.figures));
  }

 private:
  std::span<const Item> items_;
  ReportDraft& draft_;
  std::vector<std::vector<PageFigure>> of_item_;
};

// Of each shown item its nearest, of the first one more of them, and those of its cluster.
void draw_strips(const ReportSource& source, PageSection& section, ReportDraft& draft) {
  const auto others = other_models(source);
  Strips strips(source, *source.active, "strip-", !others.empty(), draft);
  const auto items = shown_items(source);
  ModelComparison comparison(items, draft);
  comparison.draw(strips);
  for (std::size_t i = 0; i < others.size(); ++i) {  // one after the other: latents may be large
    const ActiveLatents latents{
        .model = others[i], .latents = own_latents(source.store(), source.shop.files(), others[i])};
    Strips other(source, latents, fmt::format("strip-other-{}-", i + 1), true, draft);
    comparison.draw(other);
  }
  comparison.show(section);
  std::size_t before = kNearest;
  for (const std::size_t count : {std::size_t{20}, std::size_t{100}}) {
    if (source.active->latents.items.size() - 1 > before) {
      section.figures.push_back(strips.draw(items.front(), count));
    }
    before = count;
  }
  if (source.clustering) {
    section.figures.push_back(strips.draw(items.front(), kNearest, &*source.clustering));
  } else {
    draft.miss(kClusterStrip, source.how("cluster"));
  }
}

}  // namespace

PageSection cluster_section(const ReportSource& source, ReportDraft& draft) {
  PageSection section{.id = "clusters", .title = "Clusters"};
  if (!source.clustering) {
    section.paragraphs.emplace_back("No clusters have been made yet.");
    draft.miss(kClusters, source.active ? source.how("cluster")
                                        : source.how(source.models.empty() ? "train" : "embed"));
    return section;
  }
  draft.attempt(kClusters, [&] { draw_clusters(source, section, draft); });
  return section;
}

PageSection recommendation_section(const ReportSource& source, ReportDraft& draft) {
  PageSection section{.id = "recommendations", .title = "Recommendations"};
  if (!source.active) {
    section.paragraphs.emplace_back("Nothing can be recommended before items have latents.");
    const std::string needs = source.how(source.models.empty() ? "train" : "embed");
    for (const char* picture : {kStrips, kClusterStrip}) draft.miss(picture, needs);
    return section;
  }
  if (source.active->latents.items.size() < 2) {
    section.paragraphs.emplace_back("One item alone has no neighbours.");
    for (const char* picture : {kStrips, kClusterStrip}) {
      draft.miss(picture, source.how("pack", {{.field = "", .value = "PICTURES..."}}) +
                              " with more pictures");
    }
    return section;
  }
  draft.attempt(kStrips, [&] { draw_strips(source, section, draft); });
  return section;
}

}  // namespace likeness
