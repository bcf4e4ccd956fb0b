// What the shop remembers beside its pixels: items, tags, packs, models, latents, clusters and
// runs, in one SQLite file. Items are listed by id everywhere, removed ones never.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/base/checksum.hpp"
#include "likeness/base/file.hpp"
#include "likeness/store/late_indexes.hpp"
#include "likeness/store/read_only.hpp"
#include "likeness/store/sqlite.hpp"

namespace likeness {

struct Item {
  std::int64_t id = 0;
  std::string key;
  std::string source;        // the path it was packed from
  Digest digest;             // of that file
  FileStamp stamp = {};      // of that file when it was read
  std::int64_t pack = 0;     // 0: its pixels have left the disk
  std::size_t record = 0;    // its place in the pack
  std::uint64_t pixels = 0;  // their checksum, where they have left the disk
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

// The file with the latents of a pack's first `count` records.
struct LatentFile {
  std::int64_t pack = 0;
  std::string file;  // its name in the folder latents/
  std::size_t count = 0;
};

// Where a picture lies.
struct RecordPlace {
  std::int64_t pack = 0;
  std::size_t record = 0;
  auto operator<=>(const RecordPlace&) const = default;
};

struct ItemPlace {
  std::int64_t item = 0;
  RecordPlace place;
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
  bool operator==(const StoreProblem&) const = default;
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
  // All of it as it is read here.
  [[nodiscard]] DatabaseCopy copy() const { return DatabaseCopy(database_); }

  // Items and packs.
  [[nodiscard]] std::vector<Item> items() const;
  [[nodiscard]] std::vector<Item> items_with_removed() const;
  // A page of the items: the first so many, when `offset` are left out, of those behind an item
  // whose key holds a text.
  struct ItemsPage {
    enum class Order { kAdded, kKey };
    Order order = Order::kAdded;
    std::optional<Item> last = {};  // none: from the first on
    std::string in_key = {};        // empty: of all
    std::size_t offset = 0;
    std::size_t count = 0;
  };
  [[nodiscard]] std::vector<Item> items_of_page(const ItemsPage& page) const;
  [[nodiscard]] std::size_t count_items_with(std::string_view in_key) const;
  [[nodiscard]] std::size_t count_items() const;
  [[nodiscard]] std::optional<Item> find_item(std::string_view key) const;
  [[nodiscard]] std::optional<Item> find_item(std::int64_t id) const;
  [[nodiscard]] std::optional<Item> find_item(const RecordPlace& place) const;
  [[nodiscard]] std::size_t count_removed() const;
  // All of them, by id, without what else is known of them.
  [[nodiscard]] std::vector<ItemPlace> item_places() const;
  // Ascending; of an item that was removed, a hole; of one that never was, none.
  [[nodiscard]] std::vector<RecordPlace> places_of(std::span<const std::int64_t> items) const;
  // The records that are no item's picture, by place: those of replaced pictures and of removed
  // items. All other records of the packs are items.
  [[nodiscard]] std::vector<RecordPlace> holes() const;
  [[nodiscard]] std::vector<StoredPack> packs() const;
  // A number that no pack ever had.
  [[nodiscard]] std::int64_t next_pack() const;
  void add_pack(const StoredPack& pack);
  // The items with a picture in the pack, removed ones among them, by id.
  [[nodiscard]] std::vector<Item> items_of_pack(std::int64_t pack) const;
  // The same pictures lie elsewhere now; the records where they lay become holes.
  void move_items(std::span<const ItemPlace> moved);
  // Of a removed item nothing but the checksum of its pixels stays.
  struct ForgottenPixels {
    std::int64_t item = 0;
    std::uint64_t pixels = 0;
  };
  void forget_pixels(std::span<const ForgottenPixels> items);
  // A pack that is no item's any more, with the rows of its latents.
  void drop_pack(std::int64_t pack);
  // Each a new item, or a new picture for the one with its key, whose latents and clusters are then
  // forgotten and who is back if it was removed. `id`, `removed` and `gone` are not looked at.
  void put_items(std::span<const Item> items);
  // Gives the items with these ids the key, source, digest, stamp, `removed` and `gone` that they
  // have here. Their pictures are the same, and so their tags, latents and clusters stay.
  void update_items(std::span<const Item> items);
  // From every answer, until put_items() or update_items(). False if there is no such item.
  bool remove_item(std::string_view key, Removal removal = Removal::kForGood);

  // What was decided for the whole shop, by name; nothing if it was not.
  [[nodiscard]] std::optional<std::string> setting(std::string_view name) const;
  void put_setting(std::string_view name, std::string_view value);

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
  [[nodiscard]] bool has_value(std::string_view tag, std::string_view value) const;
  // Each value of the tag, with how many items have it.
  [[nodiscard]] std::vector<ValueCount> value_counts(std::string_view name) const;
  [[nodiscard]] std::vector<TagSummary> tag_summaries(std::size_t common) const;
  // To be made after several tags of many items were put, in the same transaction.
  [[nodiscard]] LateIndexes late_tag_indexes() { return {database_, "item_tags"}; }
  // The items named, each once, get these values of the tag and lose their old ones; others keep
  // theirs.
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
  // The model of this name and its successor, with their latents and clusters.
  void remove_models(std::string_view name);
  // Says what the latents of a model of version 1 were made by.
  void set_weights(std::int64_t model, const std::string& weights);
  // From now on this model's latents are the ones that count. A successor takes the place of the
  // model that it succeeds, whose latents and clusters go. Error::kUnavailable if it was replaced.
  void activate_model(std::int64_t model);
  // By pack. A record that is a hole has a row there, too, which says nothing.
  [[nodiscard]] std::vector<LatentFile> latent_files(std::int64_t model) const;
  // Instead of the one that the model had for the pack. Error::kUnavailable if the model was
  // replaced: latents of other weights are never kept.
  void put_latent_file(std::int64_t model, const LatentFile& file);
  // The distances of random pairs of the model's latents, ascending (neighbours/relevance.hpp).
  // None if they were not measured.
  [[nodiscard]] std::vector<float> pair_distances(std::int64_t model) const;
  void put_pair_distances(std::int64_t model, std::span<const float> distances);
  // Latents of before version 4, in the database, by item: whoever writes moves them into files.
  [[nodiscard]] bool has_tabled_latents() const;
  [[nodiscard]] StoredLatents tabled_latents(std::int64_t model) const;
  void drop_tabled_latents();

  [[nodiscard]] StoredClusters clusters(std::int64_t model) const;
  [[nodiscard]] std::vector<float> centroids(std::int64_t model) const;  // clusters x dimensions
  [[nodiscard]] std::vector<bool> clusters_with_items(std::int64_t model) const;
  // Nothing for an item without a cluster.
  [[nodiscard]] std::optional<std::size_t> cluster_of(std::int64_t model, std::int64_t item) const;
  [[nodiscard]] std::vector<RecordPlace> places_in_cluster(std::int64_t model,
                                                           std::size_t cluster) const;
  [[nodiscard]] std::vector<RecordPlace> places_without_cluster(std::int64_t model) const;
  void put_clusters(std::int64_t model, const StoredClusters& clusters);
  [[nodiscard]] std::vector<StoredRun> runs() const;
  void put_run(const StoredRun& run);
  void remove_run(std::string_view name);

  // Makes the file smaller where much of it is free; not in a transaction.
  void give_back_space();
  // False while somebody reads what was before the last commit, for whom it may wait some seconds.
  [[nodiscard]] bool is_read_as_it_is(bool waits = true);

  // Every row's checksum, every reference, and SQLite's own structure (check.cpp); with two threads
  // of what is committed.
  [[nodiscard]] std::vector<StoreProblem> check(std::size_t threads = 1) const;

 private:
  void bring_up_to_date();
  [[nodiscard]] std::int64_t find_tag(std::string_view name) const;  // 0: there is none
  [[nodiscard]] std::size_t dimensions_of(std::int64_t model) const;
  [[nodiscard]] std::vector<StoredModel> all_models() const;
  void forget_pictures(std::span<const std::int64_t> items);
  void make_hole(const RecordPlace& place);
  void fill_hole(const RecordPlace& place);
  void require_model(std::int64_t model) const;
  [[nodiscard]] std::int64_t tag_id(std::string_view name);
  void count_values(std::int64_t tag);
  void put_value_counts(std::int64_t tag, std::span<const TagValue> values);
  void count_value(std::int64_t tag, std::string_view value, std::int64_t more);
  void forget_tags(std::int64_t item);

  Database database_;
};

}  // namespace likeness
