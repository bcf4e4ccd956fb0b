#include "likeness/shop/pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/pack.hpp"
#include "likeness/shop/known_items.hpp"
#include "likeness/shop/pack_run.hpp"
#include "likeness/shop/shop_draft.hpp"

namespace likeness {
namespace {

constexpr const char* kKeys = "keys";  // the setting of the shop

// All pictures of a shop have the size and the fit of the first pack.
void agree_with(const StoredPack& first, const PackRequest& request, PackRun& run) {
  const Size size{.width = first.width, .height = first.height};
  const Size asked = request.size.value_or(size);
  if (asked != size) {
    throw Error(
        Error::Kind::kInput,
        fmt::format("{}x{}: the pictures of this shop are {}x{}: leave the size out, or make "
                    "another shop",
                    asked.width, asked.height, size.width, size.height));
  }
  const auto fit = fit_named(first.fit);
  if (!fit) {
    throw Error(Error::Kind::kCorrupt, "shop.db: " + first.file + " has an unknown fit: " +
                                           first.fit + "; restore it from a backup");
  }
  const Fit asked_fit = request.fit.value_or(*fit);
  if (asked_fit != *fit) {
    throw Error(Error::Kind::kInput,
                fmt::format("{}: the pictures of this shop are made by {}: leave the fit out, or "
                            "make another shop",
                            name_of(asked_fit), first.fit));
  }
  run.size = size;
  run.fit = fit;
}

// Nothing: nobody has decided yet.
std::optional<KeysFrom> keys_of(const PackRequest& request, const Store& store) {
  const auto setting = store.setting(kKeys);
  if (!setting) return request.keys;
  const KeysFrom keys = keys_named(*setting).value_or(KeysFrom::kNames);
  if (request.keys.value_or(keys) == keys) return keys;
  throw Error(Error::Kind::kInput, fmt::format("{}: the keys of this shop are made of each file's "
                                               "{}: leave the choice out, or make another shop",
                                               name_of(*request.keys), name_of(keys)));
}

PackRun plan(const PackRequest& request, const Store& store, KnownItems& known, const Work& work) {
  PackRun run{.file = request.files.packs() / pack_name(store.next_pack()),
              .except = {request.files.folder},
              .known = &known,
              .listed = request.listed,
              .keys = keys_of(request, store),
              .size = request.size,
              .fit = request.fit,
              .when_gone = request.when_gone,
              .read_all = request.read_all,
              .most_files = request.most_files,
              .work = work};
  if (request.tags) run.except.push_back(request.tags->file);
  const auto packs = store.packs();
  if (!packs.empty()) agree_with(packs.front(), request, run);
  return run;
}

// Makes the items of the pack that has just been written known to the shop.
void put_items(Store& store, const Pack& pack, std::span<const FileStamp> stamps) {
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
    items[i].stamp = stamps[i];
    items[i].pack = id;
    items[i].record = i;
  }
  store.put_items(items);
}

// What the files say of the items that the shop had before, and the pack of the others, if there
// is one.
void put_found(Store& store, KnownItems& known, const PackRun& run,
               const std::filesystem::path& pack) {
  if (run.keys && !store.setting(kKeys)) store.put_setting(kKeys, name_of(*run.keys));
  store.update_items(known.take_updated());
  for (const std::string& key : known.take_freed()) store.remove_item(key);
  const std::vector<FileStamp> stamps = known.take_stamps();
  if (!stamps.empty()) put_items(store, Pack(pack), stamps);
}

// After Ctrl-C nobody knows which of the items that were not found yet are only moved.
GoneItems settle_gone(Store& store, const PackRun& run) {
  if (run.work.stop.stop_requested()) return {};
  GoneItems gone{.keys = run.known->gone(), .back = run.known->back()};
  if (run.when_gone == WhenGone::kKeep) return gone;
  for (const std::string& key : gone.keys) store.remove_item(key, Removal::kWhileGone);
  gone.removed = gone.keys.size();
  return gone;
}

// A lost pack of which nothing is left goes. The keys of the items that are left in one: no file of
// theirs was found.
std::vector<std::string> settle_lost(Store& store, std::span<const std::int64_t> packs) {
  std::vector<std::string> lost;
  for (const std::int64_t pack : packs) {
    const std::size_t before = lost.size();
    std::vector<Store::ForgottenPixels> removed;  // without a checksum, which nobody knows now
    for (const Item& item : store.items_of_pack(pack)) {
      if (item.removed) {
        removed.push_back({.item = item.id});
      } else {
        lost.push_back(item.key);
      }
    }
    const bool is_all_there_is = store.packs().size() == 1;
    if (lost.size() > before || is_all_there_is) continue;
    store.forget_pixels(removed);
    store.drop_pack(pack);
  }
  return lost;
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

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  // Also where the commit fails, for its change may stand in the log by then: a pack that no row
  // names is left to the next run, but one that a row names may not go.
  void is_known() { known_ = true; }
  void is_next(std::filesystem::path file) {
    file_ = std::move(file);
    known_ = false;
  }

 private:
  std::filesystem::path file_;
  bool known_ = false;
};

Json to_json(const TagReport& tags) {
  const Json::Array names(tags.names.begin(), tags.names.end());
  return Json::Object{{"names", names},
                      {"items", tags.items},
                      {"rows_without_picture", tags.match.rows_without_picture.size()},
                      {"pictures_without_row", tags.match.pictures_without_row.size()},
                      {"rows_with_repeated_key", tags.repeated.size()},
                      {"rows_with_adapted_key", tags.match.adapted},
                      {"bad_rows", tags.bad.count},
                      {"empty_rows", tags.empty_rows},
                      {"nameless_columns", tags.nameless_columns}};
}

}  // namespace

PackOutcome pack(const PackRequest& request, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  // Before anything is made: a malformed table must leave everything as it was.
  std::optional<TagTable> table;
  if (request.tags) table = read_tags(*request.tags, request.on_bad_rows);
  ShopDraft shop(request.files);
  Store& store = shop.store();
  KnownItems known(store, request.files, request.read_all);
  PackRun run = plan(request, store, known, work);
  UnknownPack written(run.file);
  run.keep = [&] {
    auto transaction = store.begin();
    put_found(store, known, run, written.file());
    written.is_known();
    transaction.commit();
    if (!store.packs().empty()) shop.keep();
    written.is_next(request.files.packs() / pack_name(store.next_pack()));
    return written.file();
  };
  Packed packed;
  bool keys_are_new = false;
  if (request.from == PackRequest::From::kIdx) {
    run.keys.reset();
    packed = pack_idx(run, request.pictures.at(0), request.pictures.at(1));
  } else {
    Sources sources = find_sources(run, request.pictures);
    keys_are_new = !run.keys && sources.keys;
    run.keys = sources.keys;
    packed = pack_sources(run, std::move(sources.found));
  }
  auto transaction = store.begin();
  put_found(store, known, run, written.file());
  PackOutcome outcome{.shop = request.files.folder,
                      .report = std::move(packed.report),
                      .packs = {},
                      .keys = run.keys,
                      .keys_are_new = keys_are_new,
                      .gone = settle_gone(store, run),
                      .lost = settle_lost(store, known.lost_packs()),
                      .tags = {}};
  if (packed.tags) {
    outcome.tags =
        put_tags(store, *packed.tags, {.file = request.pictures.at(1), .key_column = kDataSetKey});
  } else if (table && request.tags) {
    outcome.tags = put_tags(store, *table, *request.tags);
  }
  written.is_known();
  transaction.commit();
  if (!store.packs().empty()) shop.keep();
  stop_if_asked(work.stop);  // what was finished until then is in the shop
  outcome.packs = store.packs();
  outcome.items = store.count_items();
  outcome.compaction = compaction(store);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

double PackOutcome::pictures_per_second() const {
  return static_cast<double>(report.packed + report.replaced) / std::max(seconds, 1e-9);
}

Json to_json(const PackOutcome& outcome) {
  Json::Array skipped;
  for (const auto& [path, reason] : outcome.report.skipped) {
    skipped.emplace_back(Json::Object{{"path", path}, {"reason", reason}});
  }
  Json::Array packs;
  for (const StoredPack& stored : outcome.packs) packs.emplace_back("packs/" + stored.file);
  Json::Object document{{"packed", outcome.report.packed},
                        {"unchanged", outcome.report.unchanged},
                        {"replaced", outcome.report.replaced},
                        {"skipped", skipped},
                        {"packs", packs},
                        {"items", outcome.items},
                        {"ignored", outcome.report.ignored},
                        {"gone", outcome.gone.keys.size()},
                        {"gone_removed", outcome.gone.removed},
                        {"back", outcome.gone.back},
                        {"lost", outcome.lost.size()},
                        {"seconds", outcome.seconds},
                        {"images_per_second", outcome.pictures_per_second()}};
  if (outcome.keys) document.emplace_back("keys", name_of(*outcome.keys));
  if (outcome.tags) document.emplace_back("tags", to_json(*outcome.tags));
  return document;
}

}  // namespace likeness
