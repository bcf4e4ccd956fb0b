#include "likeness/shop/compact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <system_error>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/pack_writer.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

// A new pack is written beside the old ones, and its latents are gathered in memory.
constexpr std::size_t kMostPackBytes = std::size_t{16} << 30U;
constexpr std::size_t kMostLatentBytes = std::size_t{1} << 30U;
constexpr std::size_t kPicturesBetweenReleases = 4096;

// Records of a pack that the same models have described.
struct Stretch {
  StoredPack pack;
  std::size_t first = 0;
  std::size_t end = 0;
  std::size_t items = 0;
};

// What becomes one pack.
struct Group {
  std::vector<StoredModel> models;  // by which all of it is described
  std::vector<Stretch> stretches;
  std::size_t items = 0;
};

std::size_t holes_in(std::span<const RecordPlace> holes, std::int64_t pack, std::size_t first,
                     std::size_t end) {
  const auto from = std::ranges::lower_bound(holes, RecordPlace{.pack = pack, .record = first});
  const auto to = std::ranges::lower_bound(holes, RecordPlace{.pack = pack, .record = end});
  return static_cast<std::size_t>(to - from);
}

// Of an item that lies in this pack, removed ones among them.
PackEntry entry_of(const Item& item, const Pack& pack) {
  if (item.record < pack.count()) return pack.entry(item.record);
  throw Error(Error::Kind::kCorrupt, "shop.db: item " + item.key + " has no pixels",
              by_verifying());
}

class CompactionPlan {
 public:
  CompactionPlan(const Store& store, std::size_t most_records, std::size_t largest_pack)
      : holes_(store.holes()), models_(store.models()), most_(most_records) {
    for (StoredModel& successor : store.successors()) models_.push_back(std::move(successor));
    for (const StoredModel& model : models_) {
      for (const LatentFile& file : store.latent_files(model.id)) {
        described_[file.pack][model.id] = file.count;
      }
    }
    for (const StoredModel& model : models_) {
      most_ = std::min(
          most_, kMostLatentBytes / sizeof(float) / std::max<std::size_t>(model.dimensions, 1));
    }
    for (const StoredPack& pack : store.packs()) {
      if (pack.count <= largest_pack) cut(pack);
    }
    leave_what_stays();
  }

  [[nodiscard]] const std::vector<Group>& groups() const noexcept { return groups_; }

 private:
  // Each model has described the first records of a pack; one that is too large is divided.
  void cut(const StoredPack& pack) {
    const std::size_t record_bytes = std::size_t{3} * static_cast<std::size_t>(pack.width) *
                                     static_cast<std::size_t>(pack.height);
    const std::size_t most =
        std::clamp<std::size_t>(kMostPackBytes / record_bytes, 1, std::max<std::size_t>(most_, 1));
    std::vector<std::size_t> ends{pack.count};
    for (const auto& [model, count] : described_[pack.id]) {
      if (count > 0 && count < pack.count) ends.push_back(count);
    }
    for (std::size_t end = most; end < pack.count; end += most) ends.push_back(end);
    std::ranges::sort(ends);
    std::size_t first = 0;
    for (const std::size_t end : ends) {
      if (end == first) continue;
      const std::size_t items = end - first - holes_in(holes_, pack.id, first, end);
      put({.pack = pack, .first = first, .end = end, .items = items}, most);
      first = end;
    }
  }

  void put(const Stretch& stretch, std::size_t most) {
    std::vector<std::int64_t> ids;
    for (const auto& [model, count] : described_[stretch.pack.id]) {
      if (count >= stretch.end) ids.push_back(model);
    }
    const auto open = open_.find(ids);
    const bool fits = open != open_.end() && groups_[open->second].items + stretch.items <= most;
    if (!fits) {
      open_[ids] = groups_.size();
      Group& group = groups_.emplace_back();
      for (const StoredModel& model : models_) {
        if (std::ranges::find(ids, model.id) != ids.end()) group.models.push_back(model);
      }
    }
    Group& group = groups_[open_[ids]];
    group.items += stretch.items;
    group.stretches.push_back(stretch);
  }

  // A pack without holes of which nothing could be merged with others is as it should be.
  void leave_what_stays() {
    std::set<std::int64_t> changing;
    for (const Group& group : groups_) {
      for (const Stretch& stretch : group.stretches) {
        const bool has_holes = stretch.items < stretch.end - stretch.first;
        if (group.stretches.size() > 1 || has_holes) changing.insert(stretch.pack.id);
      }
    }
    std::erase_if(groups_, [&](const Group& group) {
      return !changing.contains(group.stretches.front().pack.id);
    });
  }

  std::vector<RecordPlace> holes_;
  std::vector<StoredModel> models_;
  std::size_t most_ = 0;
  std::map<std::int64_t, std::map<std::int64_t, std::size_t>> described_;  // by pack and model
  std::vector<Group> groups_;
  std::map<std::vector<std::int64_t>, std::size_t> open_;  // the last group of each set of models
};

class Compacting {
 public:
  Compacting(const CompactRequest& request, const Work& work)
      : files_(request.files),
        lock_(checked(files_)),
        store_(open_store(files_, OpenMode::kExisting)),
        waits_(request.waits_for_readers),
        work_(work),
        start_(std::chrono::steady_clock::now()) {
    if (store_.count_items() == 0) {
      throw Error(Error::Kind::kInput,
                  "the shop has no item left: remove its folder, or pack pictures into it");
    }
    remove_files();
    bytes_before_ = bytes_of(files_.folder);
    groups_ = CompactionPlan(store_, request.most_records, request.largest_pack).groups();
  }

  CompactOutcome run() {
    std::size_t items = 0;
    for (const Group& group : groups_) items += group.items;
    Progress progress(work_, "compact", "pictures", items);
    for (const Group& group : groups_) {
      stop_if_asked(work_.stop);
      rewrite(group, progress);
    }
    const bool removed = remove_files();
    if (removed) store_.give_back_space();
    return outcome(!removed);
  }

 private:
  static ShopFiles checked(ShopFiles files) {
    require_shop(files);
    return files;
  }

  // Those whose rows are gone. False if somebody still reads what was before that.
  bool remove_files() {
    if (!store_.is_read_as_it_is(waits_)) return false;
    for (const auto& path : dropped_packs(store_, files_)) fs::remove(path);
    fs::remove(files_.packs() / pack_name(store_.next_pack()));  // of a run that was killed
    for (const auto& path : unnamed_latents(store_, files_)) fs::remove(path);
    return true;
  }

  static std::int64_t bytes_of(const fs::path& folder) {
    std::int64_t bytes = 0;
    std::error_code gone;
    for (const auto& entry : fs::recursive_directory_iterator(folder, gone)) {
      const bool is_log =
          entry.path().extension() == ".db-wal" || entry.path().extension() == ".db-shm";
      if (is_log || !entry.is_regular_file(gone)) continue;
      bytes += static_cast<std::int64_t>(entry.file_size(gone));
    }
    return bytes;
  }

  // The items of a group, by key, as a pack holds them.
  [[nodiscard]] std::vector<Item> items_of(const Group& group) const {
    std::vector<Item> items;
    items.reserve(group.items);
    for (const Stretch& stretch : group.stretches) {
      for (Item& item : store_.items_of_pack(stretch.pack.id)) {
        const bool is_here = item.record >= stretch.first && item.record < stretch.end;
        if (is_here && !item.removed) items.push_back(std::move(item));
      }
    }
    std::ranges::sort(items, {}, &Item::key);
    return items;
  }

  void rewrite(const Group& group, Progress& progress) {
    std::map<std::int64_t, Pack> packs;
    for (const Stretch& stretch : group.stretches) {
      packs.try_emplace(stretch.pack.id, open_pack(files_, stretch.pack));
    }
    const std::vector<Item> items = items_of(group);
    const StoredPack& like = group.stretches.front().pack;
    const std::int64_t id = store_.next_pack();
    if (!items.empty()) {
      write_pack(items, packs, files_.packs() / pack_name(id), progress);
      ++made_;
    }
    auto transaction = store_.begin();
    if (!items.empty()) {
      store_.add_pack({.id = id,
                       .file = pack_name(id),
                       .count = items.size(),
                       .width = like.width,
                       .height = like.height,
                       .fit = like.fit});
      for (const StoredModel& model : group.models) gather_latents(model, items, id);
      std::vector<ItemPlace> moved(items.size());
      for (std::size_t i = 0; i < items.size(); ++i) {
        moved[i] = {.item = items[i].id, .place = {.pack = id, .record = i}};
      }
      store_.move_items(moved);
    }
    for (const auto& [old, pack] : packs) drop_if_empty(old, pack);
    transaction.commit();
  }

  void write_pack(std::span<const Item> items, const std::map<std::int64_t, Pack>& packs,
                  const fs::path& file, Progress& progress) const {
    const Pack& like = packs.begin()->second;
    PackWriter writer(file, like.size(), like.fit());
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Item& item = items[i];
      const Pack& pack = packs.at(item.pack);
      writer.add({.key = item.key,
                  .source = item.source,
                  .digest = item.digest,
                  .checksum = entry_of(item, pack).checksum,
                  .pixels = sound_record(pack, item.record)});
      progress.advance();
      if (i % kPicturesBetweenReleases != 0) continue;
      stop_if_asked(work_.stop);
      for (const auto& [id, one] : packs) one.release_pages();
    }
    writer.commit();
  }

  // The rows are as they were written, only elsewhere.
  void gather_latents(const StoredModel& model, std::span<const Item> items, std::int64_t pack) {
    std::vector<float> rows(items.size() * model.dimensions);
    const auto packs = open_latents(store_, files_, model);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto old = std::ranges::lower_bound(packs, items[i].pack, {}, &PackLatents::pack);
      if (old == packs.end() || old->pack != items[i].pack || items[i].record >= old->count) {
        throw Error(Error::Kind::kCorrupt,
                    "shop.db: item " + items[i].key + " has no latent by " + model.name +
                        " where it should have one",
                    by_verifying());
      }
      const auto row = old->row(items[i].record, model.dimensions);
      std::ranges::copy(row, std::span(rows).subspan(i * model.dimensions).begin());
    }
    put_latents(store_, files_, model, pack, Rows(rows, model.dimensions), work_.threads);
  }

  // Of what was removed the checksum of the pixels stays: the same picture is to stay away.
  void drop_if_empty(std::int64_t id, const Pack& pack) {
    std::vector<Store::ForgottenPixels> forgotten;
    for (const Item& item : store_.items_of_pack(id)) {
      if (!item.removed) return;
      forgotten.push_back({.item = item.id, .pixels = entry_of(item, pack).checksum});
    }
    store_.forget_pixels(forgotten);
    store_.drop_pack(id);
    ++merged_;
  }

  [[nodiscard]] CompactOutcome outcome(bool is_read) const {
    CompactOutcome outcome{.packs = store_.packs(),
                           .latents = {},
                           .merged = merged_,
                           .made = made_,
                           .freed_bytes = bytes_before_ - bytes_of(files_.folder),
                           .is_read = is_read && merged_ > 0};
    for (const StoredModel& model : store_.models()) {
      for (LatentFile& file : store_.latent_files(model.id)) {
        outcome.latents.push_back(std::move(file.file));
      }
    }
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    return outcome;
  }

  const ShopFiles& files_;
  ShopLock lock_;  // before the shop is looked at
  Store store_;
  bool waits_;  // for readers
  const Work& work_;
  std::chrono::steady_clock::time_point start_;
  std::vector<Group> groups_;
  std::int64_t bytes_before_ = 0;
  std::size_t merged_ = 0;
  std::size_t made_ = 0;
};

}  // namespace

CompactOutcome compact(const CompactRequest& request, const Work& work) {
  return Compacting(request, work).run();
}

Json to_json(const CompactOutcome& outcome) {
  Json::Array packs;
  for (const StoredPack& pack : outcome.packs) packs.emplace_back("packs/" + pack.file);
  Json::Array latents;
  for (const std::string& file : outcome.latents) latents.emplace_back("latents/" + file);
  return Json::Object{{"packs", std::move(packs)},
                      {"latents", std::move(latents)},
                      {"freed_bytes", outcome.freed_bytes},
                      {"seconds", outcome.seconds}};
}

Compaction compaction(const Store& store) {
  Compaction gain{.holes = store.holes().size()};
  for (const StoredPack& pack : store.packs()) gain.records += pack.count;
  const CompactionPlan plan(store, CompactRequest{}.most_records, CompactRequest{}.largest_pack);
  for (const Group& group : plan.groups()) {
    if (group.stretches.size() > 1) gain.packs += group.stretches.size();
  }
  return gain;
}

std::vector<fs::path> dropped_packs(const Store& store, const ShopFiles& files) {
  const auto packs = store.packs();
  const std::int64_t next = store.next_pack();
  std::vector<fs::path> dropped;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(files.packs(), none)) {
    const std::string name = entry.path().filename().string();
    const bool known = std::ranges::find(packs, name, &StoredPack::file) != packs.end();
    const auto number = number_of_pack(name);
    if (!known && number && *number < next) dropped.push_back(entry.path());
  }
  std::ranges::sort(dropped);
  return dropped;
}

}  // namespace likeness
