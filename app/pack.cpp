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
#include "likeness/base/file.hpp"
#include "likeness/catalogue/list.hpp"

namespace likeness {

// Arguments finds it by its type.
void read_value(const std::string& word, KeysFrom& value) {
  read_named(keys_named(word), "name or path", value);
}

namespace {

struct PackArguments {
  PackRequest request;
  std::vector<std::filesystem::path> pictures;  // "-": a list on standard input
  std::optional<std::filesystem::path> list;    // the same
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
  if (options.pictures.empty() && !options.list) {
    throw UsageError(
        "PICTURES is missing: likeness pack SHOP PICTURES... [OPTIONS], or --list FILE");
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
  if (options.list || options.request.keys) {
    throw UsageError(std::string(options.list ? "--list" : "--keys") +
                     ": --dataset idx makes its own keys: leave it out");
  }
  if (options.tags) throw UsageError("--tags: --dataset idx brings its own labels: leave one out");
}

void add_list(const std::string& name, PackRequest& request) {
  std::string text;
  if (name == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    const auto bytes = read_file(name);
    text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  for (ListLine& line : parse_keyed_list(text, name == "-" ? "standard input" : name)) {
    if (line.key) {
      request.listed.push_back({.path = std::move(line.path), .key = *std::move(line.key)});
    } else {
      request.pictures.emplace_back(std::move(line.path));
    }
  }
}

void add_pictures(const PackArguments& arguments, PackRequest& request) {
  for (const std::filesystem::path& word : arguments.pictures) {
    if (word == "-") {
      add_list(word.string(), request);
    } else {
      request.pictures.emplace_back(word);
    }
  }
  if (arguments.list) add_list(arguments.list->string(), request);
}

void complete(PackArguments& arguments) {
  check(arguments);
  PackRequest& request = arguments.request;
  add_pictures(arguments, request);
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
                  options->pictures, Arguments::HowMany::kAny);
  arguments.option(
      {"--list", "FILE", "a list of paths, each with a tab and its KEY behind it or not"},
      options->list);
  arguments.option({"--keys", "name|path",
                    "an item's key is its file's name, or its path below the folder [name; path if "
                    "names repeat]"},
                   options->request.keys);
  arguments.option({"--size", "WxH", "width and height in the shop [60x80]"},
                   options->request.size);
  arguments.option({"--fit", "stretch|pad|crop", "to that size; pad: with white [stretch]"},
                   options->request.fit);
  arguments.option({"--tags", "FILE", "CSV table with tags of the items; its first row has names"},
                   options->tags);
  arguments.option({"--key", "COLUMN", "the table's column with the items' keys"}, options->key);
  arguments.flag({"--tags-skip-bad-rows", "", "go on without rows of the table that are no rows"},
                 options->skip_bad_rows);
  arguments.option({"--dataset", "idx", "PICTURES are an IMAGES and a LABELS file like MNIST's"},
                   options->dataset);
  arguments.option({"--gone", "keep|remove", "items whose file is not there any more [keep]"},
                   options->gone);
  arguments.flag(
      {"--check", "", "read every file again, and pack anew what is damaged in the shop"},
      options->request.read_all);
  arguments.note(
      "An item's key is its file's name without extension, or where names repeat in different\n"
      "folders, its path below the folder that was named. Run it again after adding,\n"
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
