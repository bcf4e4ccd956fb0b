// What the shop remembers beside its pixels: items, tags, packs, models, latents, clusters and
// runs, in one SQLite file. Items are listed by id everywhere, removed ones never.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/store/sqlite.hpp"

namespace likeness {

struct Item {
  std::int64_t id = 0;
  std::string key;
  std::string source;  // the path it was packed from
  Digest digest;       // of that file
  std::int64_t pack = 0;
  std::size_t record = 0;  // its place in the pack
  bool removed = false;
  bool gone = false;  // removed, but only until its file is there again
};

enum class Removal { kForGood, kWhileGone };

struct StoredPack {
  std::int64_t id = 0;
  std::string file;  // its name in the folder packs/
  std::size_t count = 0;
  int width = 0;
  int height = 0;
  std::string fit;
};

struct ItemTag {
  std::string name;
  std::string value;
};

struct TagValue {
  std::int64_t item = 0;
  std::string_view value;  // empty: the item has no such tag
};

struct ValueCount {
  std::string value;
  std::size_t items = 0;
};

struct TagSummary {
  std::string name;
  std::size_t items = 0;           // that have the tag
  std::size_t values = 0;          // different ones
  std::vector<ValueCount> common;  // the most frequent, most frequent first
};

struct StoredModel {
  std::int64_t id = 0;
  std::string name;
  std::string file;     // its name in the folder models/
  std::string network;  // "compact", "xception"
  std::size_t dimensions = 0;
  bool active = false;
  bool successor = false;   // of the model of this name that has latents, until it has its own
  std::string weights{};    // the checksum in the file; empty: of a shop of version 1, not known
  std::size_t latents = 0;  // how many items have one
};

// Row i of `values` (rows x dimensions) belongs to items[i], an item's id.
struct StoredLatents {
  std::size_t dimensions = 0;
  std::vector<std::int64_t> items;
  std::vector<float> values;
};

struct StoredClusters {
  std::size_t dimensions = 0;
  std::vector<float> centroids;      // clusters x dimensions
  std::vector<std::int64_t> items;   // by id
  std::vector<std::size_t> cluster;  // of items[i]
};

struct StoredRun {
  std::string name;
  std::string model;
  std::string settings;  // JSON
  std::string outcome;   // JSON; empty while it runs
};

// Something in the database that is not as it was written.
struct StoreProblem {
  std::string what;
  std::string where;
};

// For one thread at a time; several processes may read while one writes. Whatever changes the store
// must be called inside a transaction, and happens with its commit or not at all.
class Store {
 public:
  // Opens the file, brings an older one up to date (with kReading in a copy, where it may not be
  // written to), and with kCreate makes a missing one. With kReading everything that is read is of
  // one moment, and nothing can be changed.
  Store(const std::filesystem::path& path, OpenMode mode);

  [[nodiscard]] Transaction begin() { return Transaction(database_); }

  // Items and packs.
  [[nodiscard]] std::vector<Item> items() const;
  [[nodiscard]] std::vector<Item> items_with_removed() const;
  [[nodiscard]] std::size_t count_items() const;
  [[nodiscard]] std::optional<Item> find_item(std::string_view key) const;
  [[nodiscard]] std::optional<Item> find_item(std::int64_t id) const;
  [[nodiscard]] std::vector<StoredPack> packs() const;
  [[nodiscard]] std::int64_t next_pack() const;
  void add_pack(const StoredPack& pack);
  // Each a new item, or a new picture for the one with its key, whose latents and clusters are then
  // forgotten and who is back if it was removed. `id`, `removed` and `gone` are not looked at.
  void put_items(std::span<const Item> items);
  // Gives the items with these ids the key, source, digest, `removed` and `gone` that they have
  // here. Their pictures are the same, and so their tags, latents and clusters stay.
  void update_items(std::span<const Item> items);
  // From every answer, until put_items() or update_items(). False if there is no such item.
  bool remove_item(std::string_view key, Removal removal = Removal::kForGood);

  // Tags.
  [[nodiscard]] std::vector<std::string> tag_names() const;
  [[nodiscard]] std::vector<ItemTag> tags_of(std::int64_t item) const;
  struct TagColumn {
    std::vector<std::int64_t> items;  // those that have the tag, by id
    std::vector<std::string> values;
  };
  [[nodiscard]] TagColumn tag_column(std::string_view name) const;
  // The items whose tag has this value, by id.
  [[nodiscard]] std::vector<std::int64_t> items_with(std::string_view tag,
                                                     std::string_view value) const;
  [[nodiscard]] std::vector<TagSummary> tag_summaries(std::size_t common) const;
  // The items named get these values of the tag and lose their old ones; others keep theirs.
  void put_tags(std::string_view name, std::span<const TagValue> values);

  // Models, latents, clusters, runs (models.cpp).
  // Without successors, which answer nothing yet.
  [[nodiscard]] std::vector<StoredModel> models() const;
  [[nodiscard]] std::vector<StoredModel> successors() const;
  [[nodiscard]] std::optional<StoredModel> find_model(std::string_view name) const;
  [[nodiscard]] std::optional<StoredModel> find_successor(std::string_view name) const;
  [[nodiscard]] std::optional<StoredModel> active_model() const;
  // Replaces the model (or the successor) of this name, whose latents and clusters go with it.
  // `id`, `active` and `latents` are not looked at; the new model's id is returned, which no model
  // ever had.
  std::int64_t put_model(const StoredModel& model);
  // Says what the latents of a model of version 1 were made by.
  void set_weights(std::int64_t model, const std::string& weights);
  // From now on this model's latents are the ones that count. A successor takes the place of the
  // model that it succeeds, whose latents and clusters go.
  void activate_model(std::int64_t model);
  [[nodiscard]] StoredLatents latents(std::int64_t model) const;
  [[nodiscard]] std::vector<std::int64_t> items_without_latent(std::int64_t model) const;
  // Error::kUnavailable if the model was replaced: latents of other weights are never kept.
  void put_latents(std::int64_t model, const StoredLatents& latents);
  [[nodiscard]] StoredClusters clusters(std::int64_t model) const;
  void put_clusters(std::int64_t model, const StoredClusters& clusters);
  [[nodiscard]] std::vector<StoredRun> runs() const;
  void put_run(const StoredRun& run);

  // Every row's checksum, every reference, and SQLite's own structure (check.cpp).
  [[nodiscard]] std::vector<StoreProblem> check() const;

 private:
  void bring_up_to_date();
  [[nodiscard]] std::int64_t find_tag(std::string_view name) const;  // 0: there is none
  [[nodiscard]] std::size_t dimensions_of(std::int64_t model) const;
  [[nodiscard]] std::vector<StoredModel> all_models() const;
  void forget_pictures(std::span<const std::int64_t> items);
  [[nodiscard]] std::int64_t tag_id(std::string_view name);

  Database database_;
};

}  // namespace likeness
