// likeness evaluate SHOP --by TAG
#include <memory>
#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/filters.hpp"
#include "likeness/evaluation/evaluation_text.hpp"
#include "likeness/evaluation/measures.hpp"
#include "likeness/postgres/evaluate_published.hpp"
#include "likeness/postgres/postgres.hpp"

namespace likeness {
namespace {

struct EvaluateArguments {
  EvaluateRequest request;
  std::optional<std::string> weights;  // "shape=1,colour=2"
  bool only_baselines = false;
  bool only_models = false;
};

void complete(EvaluateArguments& arguments) {
  using What = EvaluateRequest::What;
  if (arguments.only_baselines && arguments.only_models) {
    throw UsageError("--baselines and --models-only exclude each other: give one of them");
  }
  if (arguments.only_baselines) arguments.request.what = What::kBaselines;
  if (arguments.only_models) arguments.request.what = What::kModels;
  if (arguments.weights) arguments.request.weights = read_part_weights(*arguments.weights);
}

void declare(Arguments& arguments, EvaluateArguments& options) {
  arguments.word({"SHOP", "", "the shop's folder, or postgresql://... where it was published"},
                 options.request.files.folder);
  arguments.repeatable(
      {"--by", "TAG",
       "what the nearest items should have in common; a second TAG: each of them,\n"
       "                          and both at once"},
      options.request.by);
  arguments.repeatable({"--where", "TAG=VALUE", "only items with it; may be given several times"},
                       options.request.where);
  arguments.repeatable({"--model", "NAME", "a model, may be given several times [the active one]"},
                       options.request.models);
  arguments.flag({"--baselines", "", "only the baselines, no model"}, options.only_baselines);
  arguments.flag({"--models-only", "", "no baselines"}, options.only_models);
  arguments.option({"--weight", "PART=W,...",
                    "how much each part of the models' descriptors counts, as for recommend "
                    "[each 1]"},
                   options.weights);
  arguments.repeatable({"--pca", "N", "also the pixels' first N principal components"},
                       options.request.pca);
  arguments.option({"--queries", "N", "how many items are searched for [2000]"},
                   options.request.queries);
  arguments.option({"--starts", "N", "of k-means; the best is taken [3]"}, options.request.starts);
  arguments.option({"--seed", "N", "of everything that is drawn at random [1]"},
                   options.request.seed);
  arguments.note(
      "Each query is an item that has the tag; it is left out, and all others that have the tag\n"
      "are ranked by their distance from it. Of one --where tag any value fits, different tags\n"
      "must all. A database has no pictures, and so no baselines.");
}

}  // namespace

Action evaluate_command(Arguments& arguments) {
  const auto options = std::make_shared<EvaluateArguments>();
  declare(arguments, *options);
  return [options](const Work& work) {
    complete(*options);
    const std::string& shop = options->request.files.folder.native();
    const Evaluation evaluation = is_postgres_address(shop)
                                      ? evaluate_published(options->request, shop, work)
                                      : evaluate(options->request, work);
    Text text;
    for (const std::string& line : lines_of(evaluation)) text.line(line);
    return Result{.text = std::move(text), .json = to_json(evaluation)};
  };
}

}  // namespace likeness
