// likeness evaluate SHOP --by TAG: how often what is recommended is of the same kind, of a model
// and, through the same code, of the baselines that it has to beat.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "app/commands.hpp"
#include "app/evaluate_measures.hpp"
#include "app/evaluate_report.hpp"
#include "app/evaluation.hpp"
#include "app/shop.hpp"

namespace likeness {
namespace {

constexpr std::size_t kMostTags = 2;
constexpr std::uint64_t kMostStarts = 1000;
constexpr std::uint64_t kMostComponents = 4096;

bool repeats(std::vector<std::string> names) {
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

void require(bool good, const std::string& message) {
  if (!good) throw UsageError(message);
}

void check(const EvaluateOptions& options) {
  require(!options.by.empty(),
          "--by TAG is missing: what should items that are recommended have in common?");
  require(options.by.size() <= kMostTags, "--by takes one tag or two: give no more");
  require(!repeats(options.by), "--by " + options.by.front() + " is given twice: give two tags");
  require(options.queries >= 1, "--queries 0 is out of range: give at least 1");
  require(!repeats(options.models), "--model is given twice with the same name: give each once");
  require(!options.only_baselines || options.models.empty(),
          "--baselines and --model exclude each other: give one of them");
  require(!options.only_baselines || !options.only_models,
          "--baselines and --models-only exclude each other: give one of them");
  for (const std::uint64_t components : options.pca) {
    require(components >= 1 && components <= kMostComponents,
            fmt::format("--pca {} is out of range: give a number from 1 to {}", components,
                        kMostComponents));
  }
  require(options.starts >= 1 && options.starts <= kMostStarts,
          fmt::format("--starts {} is out of range: give a number from 1 to {}", options.starts,
                      kMostStarts));
}

void declare(Arguments& arguments, EvaluateOptions& options) {
  arguments.word({"SHOP", "", "the shop's folder"}, options.files.folder);
  arguments.repeatable(
      {"--by", "TAG",
       "what the nearest items should have in common; a second TAG: each of them,\n"
       "                          and both at once"},
      options.by);
  arguments.repeatable({"--where", "TAG=VALUE",
                        "only items with this tag; may be given several "
                        "times"},
                       options.where);
  arguments.repeatable({"--model", "NAME", "a model, may be given several times [the active one]"},
                       options.models);
  arguments.flag({"--baselines", "", "only the baselines, no model"}, options.only_baselines);
  arguments.flag({"--models-only", "", "no baselines"}, options.only_models);
  arguments.repeatable({"--pca", "N", "also the pixels' first N principal components"},
                       options.pca);
  arguments.option({"--queries", "N", "how many items are searched for [2000]"}, options.queries);
  arguments.option({"--starts", "N", "of k-means; the best is taken [3]"}, options.starts);
  arguments.option({"--seed", "N", "of everything that is drawn at random [1]"}, options.seed);
  arguments.note(
      "Each query is an item that has the tag; it is left out, and all others that have the tag\n"
      "are ranked by their distance from it. Values of one --where tag are alternatives; "
      "different\n"
      "tags must all fit.");
}

}  // namespace

Action evaluate_command(Arguments& arguments) {
  const auto options = std::make_shared<EvaluateOptions>();
  declare(arguments, *options);
  return [options](const Common& common) {
    check(*options);
    const Shop shop(options->files.folder);
    const Evaluation evaluation = evaluate(shop, *options, common);
    return Result{.text = to_text(evaluation), .json = to_json(evaluation)};
  };
}

}  // namespace likeness
