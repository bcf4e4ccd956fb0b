// likeness recommend SHOP --item KEY: what looks like it. It reads no more of the shop than the
// answer needs, so that it may be called for every page that a web site shows.
#include "likeness/neighbours/recommend.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/item_pictures.hpp"
#include "app/part_weights.hpp"
#include "app/picture_strip.hpp"
#include "app/recommend_query.hpp"
#include "app/recommend_report.hpp"
#include "app/same_pictures.hpp"
#include "likeness/base/error.hpp"

namespace likeness {
namespace {

enum class By { kNeighbours, kClusters };

struct RecommendArguments {
  RecommendQuery query;
  std::uint64_t count = RecommendOptions{}.count;
  std::optional<std::string> by;
  double diversity = 0.0;
  double relevance = 0.0;
  bool distinct = false;
  std::optional<std::string> weights;  // of the descriptor's parts
  std::optional<std::filesystem::path> picture;
};

void check_share(const char* name, double value) {
  if (value >= 0.0 && value <= 1.0) return;
  throw UsageError(fmt::format("{} {} is out of range: give a number from 0 to 1", name, value));
}

By by_of(const RecommendArguments& arguments) {
  const std::string by = arguments.by.value_or("neighbours");
  if (by == "neighbours") return By::kNeighbours;
  if (by == "clusters") return By::kClusters;
  throw UsageError("--by " + by + " is unknown: give neighbours or clusters");
}

void check(const RecommendArguments& arguments) {
  constexpr std::uint64_t kMostResults = 1'000'000;
  constexpr std::uint64_t kMostDistinct = 1000;
  const bool items = !arguments.query.liked.empty();
  if (items == arguments.query.image.has_value()) {
    throw UsageError(items ? "--image and --item exclude each other: give one of them"
                           : "--item KEY or --image FILE is missing: what should it look like?");
  }
  if (arguments.count < 1 || arguments.count > kMostResults) {
    throw UsageError(fmt::format("--count {} is out of range: give a number from 1 to {}",
                                 arguments.count, kMostResults));
  }
  check_share("--diversity", arguments.diversity);
  check_share("--relevance", arguments.relevance);
  (void)by_of(arguments);
  if (arguments.weights) (void)read_part_weights(*arguments.weights);
  if (arguments.distinct && arguments.count > kMostDistinct) {
    throw UsageError(
        fmt::format("--distinct compares {} results at most, not {}: give a smaller "
                    "--count",
                    kMostDistinct, arguments.count));
  }
  if (!arguments.picture) return;
  if (arguments.picture->extension() != ".png") {
    throw UsageError(arguments.picture->string() + " is no name for the picture: give a FILE.png");
  }
  if (arguments.count > kMostStripResults) {
    throw UsageError(
        fmt::format("--picture shows {} results at most, not {}: give a smaller "
                    "--count",
                    kMostStripResults, arguments.count));
  }
}

std::optional<Clustering> clustering_for(const RecommendArguments& arguments, const Store& store,
                                         const ActiveLatents& active) {
  auto clustering = stored_clustering(store, active);
  if (!clustering && by_of(arguments) == By::kClusters) {
    const std::string shop = arguments.query.files.folder.string();
    throw Error(Error::Kind::kNotFound, shop + ": has no clusters by " + active.model.name +
                                            " yet: make them by `likeness cluster " + shop + "`");
  }
  return clustering;
}

Item item_of_row(const Store& store, const ActiveLatents& active, std::size_t row) {
  if (auto item = store.find_item(active.latents.items[row])) return *std::move(item);
  throw Error(Error::Kind::kCorrupt,
              "shop.db: a latent belongs to no item: `likeness verify` tells more");
}

SamePictures compare_pictures(const Store& store, const ShopFiles& files,
                              const ActiveLatents& active) {
  const auto pictures = std::make_shared<ItemPictures>(files, store);
  return SamePictures([pictures, &store, &active](std::size_t row) {
    return pictures->view(item_of_row(store, active, row));
  });
}

std::vector<ShownItem> shown_items(const Store& store, const ActiveLatents& active,
                                   const std::vector<Recommendation>& found,
                                   const std::optional<Clustering>& clustering) {
  std::vector<ShownItem> shown;
  for (const Recommendation& one : found) {
    ShownItem& item = shown.emplace_back();
    item.item = item_of_row(store, active, one.item);
    item.tags = store.tags_of(item.item.id);
    item.distance = one.distance;
    item.relevance = one.relevance;
    if (clustering) item.cluster = clustering->clusters[one.item];
    for (const std::size_t row : one.folded) {
      item.folded.push_back(item_of_row(store, active, row).key);
    }
  }
  return shown;
}

// What a search without results was asked that leaves items out.
std::vector<std::string> narrowing_options(const RecommendArguments& arguments) {
  std::vector<std::string> options;
  if (by_of(arguments) == By::kClusters) options.emplace_back("--by clusters");
  if (!arguments.query.where.empty()) options.emplace_back("--where");
  if (arguments.relevance > 0.0) options.emplace_back("--relevance");
  if (arguments.distinct) options.emplace_back("--distinct");
  return options;
}

Recommended recommend_items(const RecommendArguments& arguments, const Common& common) {
  const RecommendQuery& query = arguments.query;
  const Store store = open_store(query.files);
  const NamedItems named = find_items(store, query);
  ActiveLatents active = active_latents(store, query.files);
  const std::string missing = missing_latents(store, query.files, active);
  if (!missing.empty()) common.say(missing);
  Taste taste = taste_of(store, query, named, active);
  const ItemSet among = matching_rows(store, query, active);
  auto clustering = clustering_for(arguments, store, active);
  if (arguments.weights) {
    const auto factors =
        number_factors(read_part_weights(*arguments.weights), query.files, active.model);
    for (auto* rows : {&active.latents.values, &taste.liked, &taste.unliked}) {
      multiply_rows(factors, *rows);
    }
    if (clustering) multiply_rows(factors, clustering->centroids);
  }
  const Search search(active.rows(), {.expected_queries = 1, .threads = common.threads});
  const Relevance relevance = sample_relevance(search.space(), {.threads = common.threads});
  const bool by_clusters = by_of(arguments) == By::kClusters;
  SamePictures same_pictures = compare_pictures(store, query.files, active);
  const SameItem same = std::ref(same_pictures);
  const auto found = recommend(search, relevance, taste,
                               {.count = arguments.count,
                                .diversity = arguments.diversity,
                                .relevance = arguments.relevance,
                                .among = &among,
                                .clustering = by_clusters && clustering ? &*clustering : nullptr,
                                .distinct = arguments.distinct ? &same : nullptr,
                                .threads = common.threads});
  Recommended recommended{.model = active.model.name,
                          .items = active.latents.items.size(),
                          .results = shown_items(store, active, found, clustering),
                          .picture = {},
                          .narrowed = narrowing_options(arguments)};
  if (arguments.picture) {
    draw_strip(query, store, named.liked, recommended.results, *arguments.picture);
    recommended.picture = arguments.picture->string();
  }
  return recommended;
}

void declare(Arguments& arguments, RecommendArguments& options) {
  arguments.word({"SHOP", "", "the shop's folder"}, options.query.files.folder);
  arguments.repeatable({"--item", "KEY", "an item that is liked; may be given several times"},
                       options.query.liked);
  arguments.option({"--image", "FILE", "or any picture, which need not be in the shop"},
                   options.query.image);
  arguments.repeatable({"--unlike", "KEY", "an item that is not liked; may be given several times"},
                       options.query.unliked);
  arguments.option({"--count", "N", "how many results [5]"}, options.count);
  arguments.option(
      {"--by", "HOW", "neighbours, or clusters: only of the same cluster [neighbours]"},
      options.by);
  arguments.option({"--diversity", "D", "0: the nearest; towards 1: unlike one another [0]"},
                   options.diversity);
  arguments.option({"--relevance", "R", "only results of at least this relevance, 0 to 1 [0]"},
                   options.relevance);
  arguments.flag({"--distinct", "", "show each picture once, and not again what is liked"},
                 options.distinct);
  arguments.option({"--weight", "PART=W,...",
                    "how much each part of the descriptor counts, such as shape=1,colour=2 "
                    "[each 1]"},
                   options.weights);
  arguments.repeatable({"--where", "TAG=VALUE",
                        "only items with this tag; may be given several "
                        "times"},
                       options.query.where);
  arguments.option({"--picture", "FILE.png", "draw the results beside what they should look like"},
                   options.picture);
  arguments.note(
      "Relevance is the share of random pairs of items that are farther apart: 0.999 is nearer\n"
      "than 99.9 % of them, whatever the model. Values of one tag are alternatives; different\n"
      "tags must all fit.");
}

}  // namespace

Action recommend_command(Arguments& arguments) {
  const auto options = std::make_shared<RecommendArguments>();
  declare(arguments, *options);
  return [options](const Common& common) {
    check(*options);
    const Recommended recommended = recommend_items(*options, common);
    return Result{.text = to_text(recommended), .json = to_json(recommended)};
  };
}

}  // namespace likeness
