// likeness recommend SHOP --item KEY
#include "likeness/shop/recommend.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/filters.hpp"
#include "likeness/base/words.hpp"
#include "likeness/postgres/postgres.hpp"
#include "likeness/postgres/recommend_from_databases.hpp"
#include "likeness/report/strip.hpp"
#include "likeness/shop/request_words.hpp"

namespace likeness {

using By = RecommendRequest::By;

// Arguments finds these by their types.
void read_value(const std::string& word, By& value) {
  const auto by = by_named(word);
  if (!by) throw UsageError("is unknown: give neighbours or clusters");
  value = *by;
}

namespace {

struct RecommendArguments {
  RecommendRequest request;
  bool distinct = false;
  std::optional<std::string> weights;  // "shape=1,colour=2"
  std::optional<std::filesystem::path> picture;
  std::optional<std::string> search;
};

void complete(RecommendArguments& arguments) {
  RecommendRequest& request = arguments.request;
  if (arguments.distinct) request.repeats = RecommendRequest::Repeats::kFolded;
  if (arguments.weights) request.weights = read_part_weights(*arguments.weights);
  if (!arguments.picture) return;
  if (arguments.picture->extension() != ".png") {
    throw UsageError(arguments.picture->string() + " is no name for the picture: give a FILE.png");
  }
  if (request.count > kMostStripResults) {
    throw UsageError(
        fmt::format("--picture shows {} results at most, not {}: give a smaller --count",
                    kMostStripResults, request.count));
  }
}

// What a search without results was asked that leaves items out.
std::vector<std::string> narrowing_options(const RecommendArguments& arguments) {
  std::vector<std::string> options;
  if (arguments.request.by == By::kClusters) options.emplace_back("--by clusters");
  if (!arguments.request.query.where.empty()) options.emplace_back("--where");
  if (arguments.request.relevance > 0.0) options.emplace_back("--relevance");
  if (arguments.distinct) options.emplace_back("--distinct");
  return options;
}

constexpr std::size_t kKeyWidth = 40;  // a longer key moves the rest of its line

std::string tags_of(const ShownItem& shown) {
  std::string text;
  for (const ItemTag& tag : shown.tags) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "  ", tag.name, tag.value);
  }
  return text;
}

std::string line(const ShownItem& shown, std::size_t key_width) {
  std::string text = fmt::format("{:<{}}  {:>8.4f}  {:>9.5f}", shown.item.key, key_width,
                                 shown.distance, shown.relevance);
  if (shown.cluster) text += fmt::format("  {:>7}", *shown.cluster);
  const std::string tags = tags_of(shown);
  if (!tags.empty()) text += "  " + tags;
  if (!shown.folded.empty()) text += fmt::format("  (and {} the same)", shown.folded.size());
  return text;
}

std::string way_out(const std::vector<std::string>& narrowed) {
  if (narrowed.empty()) return "there are no others";
  return fmt::format("leave out or loosen {}", fmt::join(narrowed, " or "));
}

Text to_text(const RecommendOutcome& recommended, const std::vector<std::string>& narrowed) {
  Text text;
  const auto& results = recommended.results;
  if (results.empty()) {
    text.line("none of {} items is as asked: {}", with_thousands(recommended.items),
              way_out(narrowed));
  } else {
    std::size_t width = 3;
    for (const ShownItem& shown : results) width = std::max(width, shown.item.key.size());
    width = std::min(width, kKeyWidth);
    text.line("{:<{}}  distance  relevance{}{}", "key", width,
              results.front().cluster ? "  cluster" : "",
              results.front().tags.empty() ? "" : "  tags");
    for (const ShownItem& shown : results) text.line(line(shown, width));
  }
  return text;
}

Result result_of(const RecommendArguments& arguments, const RecommendOutcome& outcome) {
  return {.text = to_text(outcome, narrowing_options(arguments)), .json = to_json(outcome)};
}

Result result_of(const RecommendArguments& arguments, const Store& store,
                 const RecommendOutcome& outcome) {
  Result result = result_of(arguments, outcome);
  if (!arguments.picture) return result;
  draw_strip(arguments.request.query, store, outcome.liked, outcome.results, *arguments.picture);
  result.text.line("picture: " + arguments.picture->string());
  result.json = result.json.with("picture", arguments.picture->string());
  return result;
}

void declare(Arguments& arguments, RecommendArguments& options) {
  arguments.word({"SHOP", "", "the shop's folder, or postgresql://... where it was published"},
                 options.request.query.files.folder);
  arguments.repeatable({"--item", "KEY", "an item that is liked; may be given several times"},
                       options.request.query.liked);
  arguments.option({"--image", "FILE", "or any picture, which need not be in the shop"},
                   options.request.query.image);
  arguments.repeatable({"--unlike", "KEY", "an item that is not liked; may be given several times"},
                       options.request.query.unliked);
  arguments.option({"--count", "N", "how many results [5]"}, options.request.count);
  arguments.option(
      {"--by", "neighbours|clusters", "clusters: only of the same cluster [neighbours]"},
      options.request.by);
  arguments.option({"--diversity", "D", "0: the nearest; towards 1: unlike one another [0]"},
                   options.request.diversity);
  arguments.option({"--relevance", "R", "only results of at least this relevance, 0 to 1 [0]"},
                   options.request.relevance);
  arguments.flag({"--distinct", "", "show each picture once, and not again what is liked"},
                 options.distinct);
  arguments.option({"--weight", "PART=W,...",
                    "how much each part of the descriptor counts, such as shape=1,colour=2 "
                    "[each 1]"},
                   options.weights);
  arguments.repeatable({"--where", "TAG=VALUE", "only items with it; may be given several times"},
                       options.request.query.where);
  arguments.option({"--search", "DATABASE",
                    "postgresql://... that is searched instead; SHOP's model describes --image"},
                   options.search);
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
  return [options](const Work& work) {
    complete(*options);
    const std::string& shop = options->request.query.files.folder.native();
    if (options->search || is_postgres_address(shop)) {
      if (options->picture) throw RequestError("picture", "needs the pictures: ask the shop");
      return result_of(*options,
                       recommend_from_databases(options->request, options->search.value_or(shop)));
    }
    const Store store = open_store(options->request.query.files);
    return result_of(*options, store, recommend(options->request, store, work));
  };
}

}  // namespace likeness
