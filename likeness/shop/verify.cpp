#include "likeness/shop/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/parallel.hpp"
#include "likeness/catalogue/utf8.hpp"
#include "likeness/encoder/checkpoint.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/parts.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/shop/leftovers.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

class Verification {
 public:
  Verification(ShopFiles files, const Work& work)
      : files_(std::move(files)), store_(open_store(files_)), work_(work) {}

  void run() {
    // Trust nothing that the database says before it is known to be sound.
    problems_ = store_.check(work_.threads);
    wrong_.database = !problems_.empty();
    if (wrong_.database) return;
    check_files();
    look_for_strangers();
    look_for_leftovers();
  }

  [[nodiscard]] VerifyOutcome outcome() &&;

 private:
  // What has a remedy; all from `models` on is written by the thread of the models.
  struct Wrong {
    bool database = false;
    bool packs = false;  // where items have their pictures
    bool left = false;   // pictures that no item has any more
    bool models = false;
    bool runs = false;
    std::set<std::string> embedded{};  // by these models
  };
  struct KnownModel {
    StoredModel stored;
    std::vector<LatentFile> latents;
  };

  void problem(std::string what, const std::filesystem::path& where) {
    problems_.push_back({.what = std::move(what), .where = where.string()});
  }
  void problem_of_pack(std::string what, const std::filesystem::path& where) {
    wrong_.packs = true;
    problem(std::move(what), where);
  }
  void problem_of_model(std::string what, const std::filesystem::path& where) {
    problems_of_models_.push_back({.what = std::move(what), .where = where.string()});
  }
  [[nodiscard]] std::filesystem::path path_of(const StoredPack& pack) const {
    return std::filesystem::path("packs") / pack.file;
  }

  void check_files();
  void check_packs();
  void check_pack(const StoredPack& stored, const Pack& pack);
  void check_entry(const StoredPack& stored, const PackEntry& entry, std::size_t record,
                   const std::filesystem::path& where);
  void tell_damaged(const StoredPack& stored, const PackEntry& entry, std::size_t record);
  [[nodiscard]] const Item* item_of(const PackEntry& entry) const;
  void check_items();
  [[nodiscard]] std::vector<KnownModel> known_models() const;
  void check_models(std::span<const KnownModel> models);
  void check_weights(const StoredModel& stored, const Model& model);
  void check_latents(const KnownModel& known);
  void check_run(const std::string& name, const Network& network);
  void look_for_strangers();
  void look_for_leftovers();
  [[nodiscard]] std::vector<Message> remedies() const;

  ShopFiles files_;
  Store store_;
  const Work& work_;
  std::vector<StoreProblem> problems_;
  std::vector<StoreProblem> problems_of_models_;  // found by a thread of their own
  Wrong wrong_;
  std::vector<StoreProblem> notes_;
  std::unordered_map<std::string, Item> items_;
  std::map<std::int64_t, std::size_t> counts_;  // records of each sound pack
  std::size_t records_ = 0;
};

// The database is for one thread at a time: only the part of the packs reads it.
void Verification::check_files() {
  const auto models = known_models();
  parallel_for(2, work_.threads, [&](std::size_t part) {
    if (part == 1) return check_models(models);
    for (const Item& item : store_.items_with_removed()) items_.emplace(item.key, item);
    check_packs();
    check_items();
  });
  std::ranges::move(problems_of_models_, std::back_inserter(problems_));
}

void Verification::check_packs() {
  std::size_t total = 0;
  for (const StoredPack& stored : store_.packs()) total += stored.count;
  Progress progress(work_, "verify", "pictures", total);
  for (const StoredPack& stored : store_.packs()) {
    try {
      check_pack(stored, Pack(files_.packs() / stored.file));
    } catch (const Error& error) {
      stop_if_asked(work_.stop);
      if (is_lost(files_, stored)) {
        problem_of_pack(error.what(), path_of(stored));
      } else {
        problem(error.what(), path_of(stored));  // it may be read another time
      }
    }
    progress.advance(stored.count);
  }
}

void Verification::check_pack(const StoredPack& stored, const Pack& pack) {
  const auto where = path_of(stored);
  const Size size{.width = stored.width, .height = stored.height};
  if (pack.size() != size) {
    problem_of_pack("has another picture size than shop.db says", where);
  }
  if (name_of(pack.fit()) != stored.fit) {
    problem_of_pack("has another fit than shop.db says", where);
  }
  if (pack.count() != stored.count) {
    problem_of_pack(
        fmt::format("holds {} pictures and shop.db says {}", pack.count(), stored.count), where);
  }
  for (const std::size_t record : damaged_records(pack, work_.threads, work_.stop)) {
    tell_damaged(stored, pack.entry(record), record);
  }
  for (std::size_t record = 0; record < pack.count(); ++record) {
    check_entry(stored, pack.entry(record), record, where);
  }
  counts_[stored.id] = pack.count();
  records_ += pack.count();
}

// The entry's item, however its key is spelt there; null if there is none.
const Item* Verification::item_of(const PackEntry& entry) const {
  auto found = items_.find(std::string(entry.key));
  if (found == items_.end()) found = items_.find(to_nfc(entry.key));
  return found == items_.end() ? nullptr : &found->second;
}

void Verification::tell_damaged(const StoredPack& stored, const PackEntry& entry,
                                std::size_t record) {
  const Item* item = item_of(entry);
  const bool is_shown =
      item != nullptr && !item->removed && item->pack == stored.id && item->record == record;
  (is_shown ? wrong_.packs : wrong_.left) = true;
  problem(fmt::format("the pixels of {} (record {}) are damaged{}", entry.key, record,
                      is_shown ? "" : ": no item has them any more"),
          path_of(stored));
}

// A record is its item's picture, or an old one that a later pack has replaced. The file's path and
// digest are those of the day when it was packed: the item's may be newer.
void Verification::check_entry(const StoredPack& stored, const PackEntry& entry, std::size_t record,
                               const std::filesystem::path& where) {
  const Item* item = item_of(entry);
  if (item == nullptr || (item->pack != 0 && item->pack < stored.id)) {
    problem_of_pack(fmt::format("record {} ({}) belongs to no item", record, entry.key), where);
    return;
  }
  if (item->pack != stored.id) return;  // replaced, or removed and forgotten
  if (item->record != record) {
    problem_of_pack(
        fmt::format("{} is record {} and shop.db says {}", entry.key, record, item->record), where);
  }
}

void Verification::check_items() {
  for (const auto& [key, item] : items_) {
    const auto count = counts_.find(item.pack);
    // A pack that could not be opened has been told already.
    if (count != counts_.end() && item.record >= count->second) {
      wrong_.database = true;
      problem("item " + key + " has a record after the end of its pack", "shop.db");
    }
  }
}

std::vector<Verification::KnownModel> Verification::known_models() const {
  auto models = store_.models();
  std::ranges::move(store_.successors(), std::back_inserter(models));
  std::vector<KnownModel> known;
  known.reserve(models.size());
  for (StoredModel& stored : models) {
    auto latents = store_.latent_files(stored.id);
    known.push_back({.stored = std::move(stored), .latents = std::move(latents)});
  }
  return known;
}

void Verification::check_models(std::span<const KnownModel> models) {
  for (const KnownModel& known : models) {
    const StoredModel& stored = known.stored;
    try {
      const Model model = read_model(files_.models() / stored.file);
      check_weights(stored, model);
      if (!stored.successor) check_run(stored.name, model.network);
    } catch (const Error& error) {
      stop_if_asked(work_.stop);
      wrong_.models = true;
      problem_of_model(error.what(), std::filesystem::path("models") / stored.file);
    }
    check_latents(known);
  }
}

void Verification::check_latents(const KnownModel& known) {
  for (const LatentFile& file : known.latents) {
    stop_if_asked(work_.stop);
    try {
      const PackLatents latents = open_latents(files_, known.stored, file);
      latents.file->check_all(work_.threads);
      if (const auto graph = graph_of(latents)) graph->check_all(work_.threads);
    } catch (const Error& error) {
      problem_of_model(error.what(), std::filesystem::path("latents") / file.file);
      wrong_.embedded.insert(known.stored.name);
    }
  }
}

// Only what answers can be wrong: a killed training leaves a successor, or a model without latents,
// whose file is newer than its row, and the next `embed` goes by the file.
void Verification::check_weights(const StoredModel& stored, const Model& model) {
  const auto where = std::filesystem::path("models") / stored.file;
  if (model.network.latent_size() != stored.dimensions) {
    wrong_.models = true;
    problem_of_model("has latents of another size than shop.db says", where);
  }
  if (stored.weights.empty() || model.checksum == stored.weights) return;
  if (stored.latents > 0 && !stored.successor) {
    problem_of_model(
        "holds other weights than the latents in shop.db were made by: the next embedding makes "
        "them again",
        where);
    wrong_.embedded.insert(stored.name);
  } else {
    notes_.push_back({.what = "is newer than shop.db says: the next embedding goes by it",
                      .where = where.string()});
  }
}

void Verification::check_run(const std::string& name, const Network& network) {
  const auto checkpoint = checkpoint_of(files_, name);
  if (!std::filesystem::exists(checkpoint)) return;  // trained elsewhere, or cleared away
  try {
    (void)read_checkpoint(checkpoint, trained_network(network));
  } catch (const Error& error) {
    wrong_.runs = true;
    problem_of_model(error.what(), checkpoint.lexically_relative(files_.folder));
  }
}

// The pack after the last one is what a killed run leaves; everything else is not ours.
void Verification::look_for_strangers() {
  if (!std::filesystem::is_directory(files_.packs())) return;
  const std::string next = pack_name(store_.next_pack());
  for (const auto& entry : std::filesystem::directory_iterator(files_.packs())) {
    const std::string name = entry.path().filename().string();
    const auto where = std::filesystem::path("packs") / name;
    bool known = false;
    for (const StoredPack& stored : store_.packs()) known = known || stored.file == name;
    if (known) continue;
    if (name == next || name == next + ".tmp") {
      notes_.push_back({.what = "left by an interrupted run: the next packing removes it",
                        .where = where.string()});
    } else if (const auto number = number_of_pack(name); number && *number < store_.next_pack()) {
      notes_.push_back({.what = "no item lies in it any more: the next compacting removes it",
                        .where = where.string()});
    } else {
      problem("no item of the shop lies in this file: move it away", where);
    }
  }
}

void Verification::look_for_leftovers() {
  const auto note = [this](const std::vector<std::filesystem::path>& left, const char* remover) {
    for (const auto& path : left) {
      notes_.push_back(
          {.what = fmt::format("left by an interrupted run: the next {} removes it", remover),
           .where = path.lexically_relative(files_.folder).string()});
    }
  };
  note(left_by_trainings(files_), "training");
  note(unnamed_models(store_, files_), "training of this name");
  note(unnamed_latents(store_, files_), "embedding");
  note(left_by_reports(files_.folder / "report"), "report");
}

Json to_json(const std::vector<StoreProblem>& problems) {
  Json::Array array;
  for (const auto& [what, where] : problems) {
    array.emplace_back(Json::Object{{"what", what}, {"where", where}});
  }
  return array;
}

std::vector<Message> Verification::remedies() const {
  std::vector<Message> remedies;
  if (wrong_.database) {
    remedies.emplace_back(
        "shop.db: restore it from a backup, or move the shop away and pack again");
  }
  if (wrong_.packs) remedies.emplace_back("packs: restore them from a backup", by_checking());
  if (wrong_.left) remedies.emplace_back("packs", by_leaving_out());
  if (wrong_.models) remedies.emplace_back("models: restore them from a backup, or train again");
  for (const std::string& model : wrong_.embedded) {
    remedies.emplace_back("latents of " + model, by_embedding_with(model));
  }
  if (wrong_.runs) {
    remedies.emplace_back("runs: train under another name; what is in the shop answers as before");
  }
  return remedies;
}

VerifyOutcome Verification::outcome() && {
  // As every verb counts: without those that are removed.
  const auto items = static_cast<std::size_t>(
      std::ranges::count_if(items_, [](const auto& one) { return !one.second.removed; }));
  auto mended_by = remedies();
  return {.problems = std::move(problems_),
          .notes = std::move(notes_),
          .remedies = std::move(mended_by),
          .items = items,
          .pictures = records_};
}

}  // namespace

VerifyOutcome verify(const ShopFiles& files, const Work& work) {
  Verification verification(files, work);
  verification.run();
  return std::move(verification).outcome();
}

Json to_json(const VerifyOutcome& outcome) {
  return Json::Object{{"ok", outcome.sound()},
                      {"problems", to_json(outcome.problems)},
                      {"notes", to_json(outcome.notes)},
                      {"items", outcome.items},
                      {"pictures", outcome.pictures}};
}

}  // namespace likeness
