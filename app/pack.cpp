// likeness pack SHOP PICTURES...
#include "likeness/shop/pack.hpp"

#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/pack_text.hpp"
#include "likeness/catalogue/list.hpp"

namespace likeness {
namespace {

struct PackArguments {
  PackRequest request;
  std::vector<std::string> pictures;  // "-": a list on standard input
  std::optional<std::filesystem::path> tags;
  std::optional<std::string> key;
  bool skip_bad_rows = false;
  std::optional<std::string> dataset;
  std::optional<std::string> gone;
};

void check(const PackArguments& options) {
  if (options.tags.has_value() != options.key.has_value()) {
    throw UsageError(options.key ? "--key needs --tags FILE, the table that has the column"
                                 : "--tags needs --key COLUMN, the column with the items' keys");
  }
  if (options.gone && *options.gone != "keep" && *options.gone != "remove") {
    throw UsageError("--gone " + *options.gone + " is unknown: give keep or remove");
  }
  if (options.skip_bad_rows && !options.tags) {
    throw UsageError("--tags-skip-bad-rows needs --tags FILE, the table whose rows it means");
  }
  if (!options.dataset) return;
  if (*options.dataset != "idx") {
    throw UsageError("--dataset " + *options.dataset + " is unknown: give idx");
  }
  if (options.pictures.size() != 2) {
    throw UsageError(
        "--dataset idx takes two files: likeness pack SHOP --dataset idx IMAGES LABELS");
  }
  if (options.tags) throw UsageError("--tags: --dataset idx brings its own labels: leave one out");
}

std::vector<std::filesystem::path> paths_of(const std::vector<std::string>& words) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& word : words) {
    if (word != "-") {
      paths.emplace_back(word);
      continue;
    }
    const std::string text(std::istreambuf_iterator<char>(std::cin), {});
    for (const std::string& line : parse_list(text, "standard input")) paths.emplace_back(line);
  }
  return paths;
}

void complete(PackArguments& arguments) {
  check(arguments);
  PackRequest& request = arguments.request;
  request.pictures = paths_of(arguments.pictures);
  if (arguments.dataset) request.from = PackRequest::From::kIdx;
  if (arguments.tags && arguments.key) {
    request.tags = {.file = *arguments.tags, .key_column = *arguments.key};
  }
  if (arguments.skip_bad_rows) request.on_bad_rows = OnBadRows::kSkip;
  if (arguments.gone == "remove") request.when_gone = WhenGone::kRemove;
}

}  // namespace

Action pack_command(Arguments& arguments) {
  const auto options = std::make_shared<PackArguments>();
  arguments.word({"SHOP", "", "the shop's folder: made if it is not there"},
                 options->request.files.folder);
  arguments.words({"PICTURES", "", "folders and files; - reads a list of paths, one a line"},
                  options->pictures);
  arguments.option({"--size", "WxH", "width and height in the shop [60x80]"},
                   options->request.size);
  arguments.option({"--fit", "HOW", "stretch, pad (with white) or crop to that size [stretch]"},
                   options->request.fit);
  arguments.option({"--tags", "FILE", "CSV table with tags of the items; its first row has names"},
                   options->tags);
  arguments.option({"--key", "COLUMN", "the table's column with the items' keys"}, options->key);
  arguments.flag({"--tags-skip-bad-rows", "", "go on without rows of the table that are no rows"},
                 options->skip_bad_rows);
  arguments.option({"--dataset", "idx", "PICTURES are an IMAGES and a LABELS file like MNIST's"},
                   options->dataset);
  arguments.option(
      {"--gone", "HOW", "items whose file is not there any more: keep or remove [keep]"},
      options->gone);
  arguments.note(
      "An item's key is its file's name without folder and extension. Run it again after adding,\n"
      "changing or moving pictures: what is known is not packed again. A file with other pixels\n"
      "replaces the picture that was packed from its path; another file of the same name is "
      "skipped.");
  return [options](const Work& work) {
    complete(*options);
    const PackOutcome outcome = pack(options->request, work);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
