#include "likeness/shop/embed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pretrained.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "likeness/shop/model_files.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

// What is killed loses no more of a pack than was made since.
constexpr std::chrono::seconds kBetweenWrites{60};

// The one that was asked for, else the one that was trained last; trained further, its successor.
StoredModel choose_model(const Store& store, const EmbedRequest& request) {
  if (request.model) {
    if (auto next = store.find_successor(*request.model)) return *next;
    if (auto found = store.find_model(*request.model)) return *found;
    throw Error(Error::Kind::kNotFound, *request.model + ": there is no such model in the shop",
                by_looking());
  }
  auto models = store.models();
  for (StoredModel& successor : store.successors()) models.push_back(std::move(successor));
  if (models.empty()) {
    throw Error(Error::Kind::kNotFound, "the shop has no model yet", by_training());
  }
  return *std::ranges::max_element(models, {}, &StoredModel::id);
}

// All are alike. A shop that has none has no pictures either.
StoredPack any_pack(const Store& store) {
  const auto packs = store.packs();
  return packs.empty() ? StoredPack{} : packs.front();
}

// The records of a pack that are to be embedded: those from `first` on that are no holes.
struct PackWork {
  StoredPack pack;
  std::size_t first = 0;
  std::vector<std::size_t> records;
};

// Of each pack, how many of its first records have latents that are as they were written: what is
// damaged or gone is told, and made again.
std::map<std::int64_t, std::size_t> sound_latents(const Store& store, const ShopFiles& files,
                                                  const StoredModel& model, const Work& work) {
  std::map<std::int64_t, std::size_t> sound;
  for (const LatentFile& stored : store.latent_files(model.id)) {
    if (stored.count == 0) continue;
    try {
      open_latents(files, model, stored).file->check_all(work.threads);
      sound[stored.pack] = stored.count;
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::kCorrupt) throw;
      work.say(std::string(error.what()) + ": made again");
    }
  }
  return sound;
}

std::vector<PackWork> missing_latents(const Store& store,
                                      std::map<std::int64_t, std::size_t> known) {
  const auto holes = store.holes();
  auto hole = holes.begin();
  std::vector<PackWork> missing;
  for (const StoredPack& pack : store.packs()) {
    PackWork work{.pack = pack, .first = known[pack.id], .records = {}};
    for (std::size_t record = 0; record < work.pack.count; ++record) {
      const RecordPlace place{.pack = work.pack.id, .record = record};
      while (hole != holes.end() && *hole < place) ++hole;
      const bool is_hole = hole != holes.end() && *hole == place;
      if (record >= work.first && !is_hole) work.records.push_back(record);
    }
    if (!work.records.empty()) missing.push_back(std::move(work));
  }
  return missing;
}

// Gives items their latents, pack by pack, and writes them down as it goes.
class Embedding {
 public:
  Embedding(const EmbedRequest& request, const Work& work)
      : files_(request.files),
        index_(request.index),
        lock_(checked(files_)),
        store_(open_store(files_, OpenMode::kExisting)),
        stored_(choose_model(store_, request)),
        model_(read_model(files_.models() / stored_.file)),
        work_(work),
        originals_(pretrained_of(model_.network), any_pack(store_)) {
    const auto packs = store_.packs();
    if (!packs.empty()) {
      require_same_size(model_, {.width = packs.front().width, .height = packs.front().height});
    }
    remove_leftovers(store_, files_, stored_.name);
    bind_to_weights();
    missing_ = missing_latents(store_, sound_latents(store_, files_, stored_, work_));
    for (const PackWork& one : missing_) wanted_ += one.records.size();
  }

  EmbedOutcome run() {
    const auto start = std::chrono::steady_clock::now();
    embed_all();
    if (missing_.empty()) {
      auto transaction = store_.begin();
      store_.activate_model(stored_.id);
      transaction.commit();
    }
    measure_pairs();
    remove_leftovers(store_, files_, stored_.name);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    graphs_ = settle_graphs(store_, files_, index_, work_).built;
    return outcome(seconds);
  }

 private:
  static ShopFiles checked(ShopFiles files) {
    require_shop(files);
    return files;
  }

  // Latents that are there already were made by the weights that the row names. Where the file
  // holds others, a training was killed before it could say so, or somebody changed the file.
  void bind_to_weights() {
    if (model_.checksum == stored_.weights) return;
    auto transaction = store_.begin();  // no training replaces the file from here on
    if (model_checksum(files_.models() / stored_.file) != model_.checksum) {
      throw Error(Error::Kind::kUnavailable,
                  stored_.name + ": is being trained on: embed again when that has ended");
    }
    if (stored_.weights.empty()) {
      store_.set_weights(stored_.id, model_.checksum);
    } else {
      stored_.successor = stored_.successor || stored_.latents > 0 || stored_.active;
      stored_.network = model_.network.name;
      stored_.dimensions = model_.network.latent_size();
    }
    const bool is_new = !stored_.weights.empty();
    stored_.weights = model_.checksum;
    if (is_new) stored_.id = store_.put_model(stored_);
    transaction.commit();
  }

  void embed_all() {
    if (missing_.empty()) return;
    Progress progress(work_, "embed", "pictures", wanted_);
    Embedder embedder(model_, embedding_precision(), work_.threads);
    for (const PackWork& one : missing_) embed_pack(one, embedder, progress);
    say(originals_.report(), stored_.name, work_);
  }

  void embed_pack(const PackWork& one, Embedder& embedder, Progress& progress) {
    const Pack pack = open_pack(files_, one.pack);
    const std::size_t dimensions = model_.network.latent_size();
    std::vector<float> rows = rows_before(one, dimensions);
    items_ = originals_.wanted() ? store_.items_of_pack(one.pack.id) : std::vector<Item>();
    std::ranges::sort(items_, {}, &Item::record);
    auto written = std::chrono::steady_clock::now();
    for (std::size_t begin = 0; begin < one.records.size(); begin += Embedder::kBlock) {
      const std::size_t count = std::min(Embedder::kBlock, one.records.size() - begin);
      const auto records = std::span(one.records).subspan(begin, count);
      const bool late = std::chrono::steady_clock::now() - written >= kBetweenWrites;
      if (begin > 0 && (late || work_.stop.stop_requested())) {
        write_down(one, rows);
        written = std::chrono::steady_clock::now();
      }
      if (work_.stop.stop_requested()) stop();
      embed_block(pack, records, embedder, rows);
      made_ += count;
      progress.advance(count);
    }
    rows.resize(one.pack.count * dimensions);  // holes at its end
    write_down(one, rows, &one == &missing_.back());
  }

  // Of the pack's first records, which have theirs.
  std::vector<float> rows_before(const PackWork& one, std::size_t dimensions) {
    std::vector<float> rows;
    rows.reserve(one.pack.count * dimensions);
    if (one.first == 0) return rows;
    for (const LatentFile& stored : store_.latent_files(stored_.id)) {
      if (stored.pack != one.pack.id) continue;  // others may be damaged
      const PackLatents latents = open_latents(files_, stored_, stored);
      for (std::size_t record = 0; record < one.first; ++record) {
        const auto row = latents.row(record, dimensions);
        rows.insert(rows.end(), row.begin(), row.end());
      }
    }
    return rows;
  }

  // Appends the rows of the records, and of the holes between them.
  void embed_block(const Pack& pack, std::span<const std::size_t> records, Embedder& embedder,
                   std::vector<float>& rows) {
    Pictures pictures;
    for (const std::size_t record : records) pictures.push_back(sound_record(pack, record));
    const auto find_larger = originals_.of_items([&](std::size_t i) -> const Item& {
      return *std::ranges::lower_bound(items_, records[i], {}, &Item::record);
    });
    const auto latents = embedder.weighted(pictures, find_larger);
    if (!std::ranges::all_of(latents, [](float value) { return std::isfinite(value); })) {
      throw Error(Error::Kind::kInput,
                  stored_.name + ": makes latents that are no numbers: train another model");
    }
    const std::size_t dimensions = latents.size() / records.size();
    for (std::size_t i = 0; i < records.size(); ++i) {
      rows.resize(records[i] * dimensions);
      const auto latent = latents.subspan(i * dimensions, dimensions);
      rows.insert(rows.end(), latent.begin(), latent.end());
    }
    pack.release_pages();
  }

  // With the last of them the model has all, and answers.
  void write_down(const PackWork& one, const std::vector<float>& rows, bool is_last = false) {
    auto transaction = store_.begin();  // before the file: nobody takes it for a leftover meanwhile
    put_latents(store_, files_, stored_, one.pack.id, Rows(rows, model_.network.latent_size()),
                work_.threads);
    if (is_last) store_.activate_model(stored_.id);
    transaction.commit();
    kept_ = made_;
  }

  [[noreturn]] void stop() {
    throw Error(Error::Kind::kUnavailable,
                fmt::format("interrupted: {} of {} latents were made and are kept: embed again for "
                            "the rest",
                            with_thousands(kept_), with_thousands(wanted_)));
  }

  // What a distance means, once for all who ask.
  void measure_pairs() {
    const bool measured = wanted_ == 0 && !store_.pair_distances(stored_.id).empty();
    const auto active = store_.active_model();
    if (measured || !active || active->latents == 0) return;
    keep_pair_distances(store_, files_, work_.threads);
  }

  [[nodiscard]] EmbedOutcome outcome(double seconds) const {
    return {.model = stored_.name,
            .embedded = wanted_,
            .kept = store_.count_items() - wanted_,
            .dimensions = model_.network.latent_size(),
            .graphs = graphs_,
            .images_per_second = static_cast<double>(wanted_) / std::max(seconds, 1e-9),
            .seconds = seconds,
            .originals = originals_.wanted() ? std::optional(originals_.report()) : std::nullopt};
  }

  const ShopFiles& files_;
  std::optional<IndexChoice> index_;
  ShopLock lock_;  // before the shop is looked at
  Store store_;
  StoredModel stored_;
  Model model_;
  const Work& work_;
  std::vector<PackWork> missing_;
  Originals originals_;
  std::vector<Item> items_;  // of the pack at work, by record, for a model that looks at originals
  std::size_t wanted_ = 0;   // latents
  std::size_t made_ = 0;
  std::size_t kept_ = 0;    // written down
  std::size_t graphs_ = 0;  // built
};

}  // namespace

EmbedOutcome embed(const EmbedRequest& request, const Work& work) {
  return Embedding(request, work).run();
}

Json to_json(const EmbedOutcome& outcome) {
  Json::Object members{{"model", outcome.model},
                       {"embedded", outcome.embedded},
                       {"dimensions", outcome.dimensions},
                       {"images_per_second", outcome.images_per_second},
                       {"seconds", outcome.seconds}};
  if (outcome.originals) members.emplace_back("originals", to_json(*outcome.originals));
  return members;
}

}  // namespace likeness
