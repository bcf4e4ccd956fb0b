// likeness pack SHOP PICTURES...: makes a shop, or adds to it what is new or changed. The order of
// its steps makes it safe to be killed: the pack is renamed into place when it is whole, then one
// transaction makes its items known. What lies between is a file that the next run removes.
#include "likeness/catalogue/pack.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.hpp"
#include "app/known_items.hpp"
#include "app/pack_report.hpp"
#include "app/pack_run.hpp"
#include "app/pack_tags.hpp"
#include "app/shop_draft.hpp"
#include "likeness/base/error.hpp"
#include "likeness/base/interrupt.hpp"

namespace likeness {
namespace {

struct PackOptionsGiven {
  ShopFiles files;
  std::vector<std::string> pictures;
  std::optional<Size> size;
  std::optional<Fit> fit;
  std::optional<std::filesystem::path> tags;
  std::optional<std::string> key;
  bool skip_bad_rows = false;
  std::optional<std::string> dataset;
  std::optional<std::string> gone;
};

void check(const PackOptionsGiven& options) {
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

// All pictures of a shop have the size and the fit of the first pack.
void agree_with(const StoredPack& first, const PackOptionsGiven& options, PackRun& run) {
  const Size size{.width = first.width, .height = first.height};
  const Size asked = options.size.value_or(size);
  if (asked != size) {
    throw Error(Error::Kind::kInput,
                fmt::format("--size {}x{}: the pictures of this shop are {}x{}: leave --size out, "
                            "or make another shop",
                            asked.width, asked.height, size.width, size.height));
  }
  const auto fit = fit_named(first.fit);
  if (!fit) {
    throw Error(Error::Kind::kCorrupt, "shop.db: " + first.file + " has an unknown fit: " +
                                           first.fit + "; restore it from a backup");
  }
  const Fit asked_fit = options.fit.value_or(*fit);
  if (asked_fit != *fit) {
    throw Error(Error::Kind::kInput,
                fmt::format("--fit {}: the pictures of this shop are made with --fit {}: leave "
                            "--fit out, or make another shop",
                            name_of(asked_fit), first.fit));
  }
  run.size = size;
  run.fit = fit;
}

WhenGone when_gone(const PackOptionsGiven& options) {
  return options.gone == "remove" ? WhenGone::kRemove : WhenGone::kKeep;
}

PackRun plan(const PackOptionsGiven& options, const Store& store, KnownItems& known,
             const Common& common) {
  PackRun run{.file = options.files.packs() / pack_name(store.next_pack()),
              .shop = options.files.folder,
              .known = &known,
              .size = options.size,
              .fit = options.fit,
              .when_gone = when_gone(options),
              .threads = common.threads,
              .progress = common.progress()};
  const auto packs = store.packs();
  if (!packs.empty()) agree_with(packs.front(), options, run);
  return run;
}

// Makes the items of the pack that has just been written known to the shop.
void put_items(Store& store, const Pack& pack) {
  const std::int64_t id = store.next_pack();
  store.add_pack({.id = id,
                  .file = pack_name(id),
                  .count = pack.count(),
                  .width = pack.size().width,
                  .height = pack.size().height,
                  .fit = name_of(pack.fit())});
  std::vector<Item> items(pack.count());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const PackEntry entry = pack.entry(i);
    items[i].key = entry.key;
    items[i].source = entry.source;
    items[i].digest = entry.digest;
    items[i].pack = id;
    items[i].record = i;
  }
  store.put_items(items);
}

TagSource tag_source(const PackOptionsGiven& options) {
  if (options.dataset) return {.file = options.pictures[1], .key_column = kDataSetKey};
  return {.file = options.tags.value_or(""), .key_column = options.key.value_or("")};
}

// What the files say of the items that the shop had before.
void update_items(Store& store, const KnownItems& known) {
  store.update_items(known.updated());
  for (const std::string& key : known.freed()) store.remove_item(key);
}

// After Ctrl-C nobody knows which of the items that were not found yet are only moved.
GoneItems settle_gone(Store& store, const KnownItems& known, WhenGone when_gone) {
  if (interrupted()) return {};
  GoneItems gone{.keys = known.gone(), .back = known.back()};
  if (when_gone == WhenGone::kKeep) return gone;
  for (const std::string& key : gone.keys) store.remove_item(key, Removal::kWhileGone);
  gone.removed = gone.keys.size();
  return gone;
}

std::optional<TagTable> read_table(const PackOptionsGiven& options) {
  if (!options.tags) return std::nullopt;
  return read_tags(tag_source(options),
                   options.skip_bad_rows ? OnBadRows::kSkip : OnBadRows::kRefuse);
}

// The pack that this run has written, until the shop may know it: an error on the way there leaves
// the shop as it was.
class UnknownPack {
 public:
  explicit UnknownPack(std::filesystem::path file) : file_(std::move(file)) {}
  ~UnknownPack() {
    std::error_code ignored;
    if (!known_) std::filesystem::remove(file_, ignored);
  }
  UnknownPack(const UnknownPack&) = delete;
  UnknownPack& operator=(const UnknownPack&) = delete;
  UnknownPack(UnknownPack&&) = delete;
  UnknownPack& operator=(UnknownPack&&) = delete;

  void is_known() { known_ = true; }

 private:
  std::filesystem::path file_;
  bool known_ = false;
};

PackOutcome pack(const PackOptionsGiven& options, const Common& common) {
  const auto start = std::chrono::steady_clock::now();
  // Before anything is made: a malformed table must leave everything as it was.
  const auto table = read_table(options);
  ShopDraft shop(options.files);
  Store& store = shop.store();
  KnownItems known(store, options.files);
  const PackRun run = plan(options, store, known, common);
  Packed packed = options.dataset ? pack_idx(run, options.pictures[0], options.pictures[1])
                                  : pack_paths(run, options.pictures);
  UnknownPack written(run.file);
  auto transaction = store.begin();
  update_items(store, known);
  if (std::filesystem::exists(run.file)) put_items(store, Pack(run.file));
  PackOutcome outcome{.shop = options.files.folder,
                      .report = std::move(packed.report),
                      .packs = {},
                      .gone = settle_gone(store, known, run.when_gone),
                      .tags = {}};
  const auto& tags = packed.tags ? packed.tags : table;
  if (tags) outcome.tags = put_tags(store, *tags, tag_source(options));
  // Also where the commit fails, for its change may stand in the log by then: a pack that no row
  // names is left to the next run, but one that a row names may not go.
  written.is_known();
  transaction.commit();
  if (!store.packs().empty()) shop.keep();
  stop_if_interrupted();  // what was finished until then is in the shop
  outcome.packs = store.packs();
  outcome.items = store.count_items();
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

}  // namespace

Action pack_command(Arguments& arguments) {
  const auto options = std::make_shared<PackOptionsGiven>();
  arguments.word({"SHOP", "", "the shop's folder: made if it is not there"}, options->files.folder);
  arguments.words({"PICTURES", "", "folders and files; - reads a list of paths, one a line"},
                  options->pictures);
  arguments.option({"--size", "WxH", "width and height in the shop [60x80]"}, options->size);
  arguments.option({"--fit", "HOW", "stretch, pad (with white) or crop to that size [stretch]"},
                   options->fit);
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
  return [options](const Common& common) {
    check(*options);
    const PackOutcome outcome = pack(*options, common);
    return Result{.text = to_text(outcome), .json = to_json(outcome)};
  };
}

}  // namespace likeness
