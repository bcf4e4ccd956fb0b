#include "likeness/store/store.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/store/schema.hpp"

namespace likeness {
namespace {

constexpr std::string_view kItemColumns =
    "SELECT id, key, source, digest, pack, record, removed, checksum FROM items ";

constexpr std::string_view kTagColumns = "SELECT tag, item, value, checksum FROM item_tags ";
constexpr std::int64_t kNoTag = 0;  // ids begin at 1

std::span<const std::byte> bytes_of(const Digest& digest) {
  return std::as_bytes(std::span(&digest, 1));
}

Digest digest_of(std::span<const std::byte> bytes, std::string_view key) {
  Digest digest;
  if (bytes.size() != sizeof digest) {
    throw Error(Error::Kind::kCorrupt, "shop.db: the digest of item " + std::string(key) +
                                           " is damaged: restore the shop from a backup");
  }
  std::memcpy(&digest, bytes.data(), sizeof digest);
  return digest;
}

// What an item's column `removed` holds.
enum class Removed : std::uint8_t { kNo, kForGood, kWhileGone };

Removed removed_of(const Statement& row, int column) {
  switch (row.integer(column)) {
    case 0: return Removed::kNo;
    case 1: return Removed::kForGood;
    case 2: return Removed::kWhileGone;
    default: break;
  }
  throw Error(Error::Kind::kCorrupt,
              "shop.db: whether item " + std::to_string(row.integer(0)) +
                  " is removed cannot be told: restore the shop from a backup");
}

Item item_of(const Statement& row) {
  const Removed removed = removed_of(row, 6);
  return {.id = row.integer(0),
          .key = std::string(row.text(1)),
          .source = std::string(row.text(2)),
          .digest = digest_of(row.blob(3), row.text(1)),
          .pack = row.integer(4),
          .record = row.count(5),
          .removed = removed != Removed::kNo,
          .gone = removed == Removed::kWhileGone};
}

std::vector<Item> items_of(Statement& statement) {
  std::vector<Item> items;
  while (statement.step_row("items")) items.push_back(item_of(statement));
  return items;
}

// The one item that the statement finds.
std::optional<Item> one_item_of(Statement& statement) {
  if (!statement.step_row("items")) return std::nullopt;
  Item item = item_of(statement);
  (void)statement.step();  // to its end
  return item;
}

std::string with(std::string_view columns, std::string_view rest) {
  return std::string(columns).append(rest);
}

void set_up(Database& database) {
  // Pages of 16 KB, set as the file is made: a vector of up to 1,000 numbers lies whole in its row,
  // and 39,000 x 100 are read in 10 ms instead of 31.
  database.execute("PRAGMA page_size = 16384");
  // Readers go on while a command writes. FULL: a commit is on the disk when it returns; a command
  // commits once or twice, so that the flush costs nothing that could be noticed.
  database.execute("PRAGMA journal_mode = WAL");
  database.execute("PRAGMA synchronous = FULL");
  database.execute("PRAGMA cell_size_check = ON");
  database.execute("PRAGMA cache_size = -16384");  // 16 MB: the hot pages of a transaction
}

// What is wrong with the file is told before anything is written to it.
Database open_database(const std::filesystem::path& path, OpenMode mode) {
  Database database(path, mode);
  check_schema(database, shop_migrations().size());
  const bool old = schema_version(database) < shop_migrations().size();
  return old && !database.is_writable() ? Database(path, OpenMode::kCopy) : std::move(database);
}

}  // namespace

Store::Store(const std::filesystem::path& path, OpenMode mode)
    : database_(open_database(path, mode)) {
  if (database_.is_writable()) bring_up_to_date();
  if (mode != OpenMode::kReading) return;
  database_.execute("PRAGMA query_only = ON");
  database_.execute("BEGIN");
  (void)packs();  // a transaction begins with what it reads first
}

void Store::bring_up_to_date() {
  set_up(database_);
  const std::size_t version = schema_version(database_);
  if (version > 0 && version < kVersionWithPageChecksums) {
    // What is damaged by now must not get checksums that say that it is not.
    if (const auto problems = check(); !problems.empty()) {
      throw Error(Error::Kind::kCorrupt, database_.path().string() +
                                             ": is damaged: " + problems.front().where + ": " +
                                             problems.front().what + "; restore it from a backup");
    }
    database_.add_page_checksums();
  }
  migrate(database_, shop_migrations());
}

std::vector<Item> Store::items() const {
  Statement statement(database_, with(kItemColumns, "WHERE removed = 0 ORDER BY id"));
  return items_of(statement);
}

std::vector<Item> Store::items_with_removed() const {
  Statement statement(database_, with(kItemColumns, "ORDER BY id"));
  return items_of(statement);
}

std::size_t Store::count_items() const {
  Statement statement(database_, "SELECT count(*) FROM items WHERE removed = 0");
  return statement.step() ? statement.count(0) : 0;
}

std::optional<Item> Store::find_item(std::int64_t id) const {
  Statement statement(database_, with(kItemColumns, "WHERE id = ?1 AND removed = 0"));
  return one_item_of(statement.bind(id));
}

std::optional<Item> Store::find_item(std::string_view key) const {
  Statement statement(database_, with(kItemColumns, "WHERE key = ?1 AND removed = 0"));
  return one_item_of(statement.bind(key));
}

namespace {

// Other numbers than a pack can have would be taken for sizes of memory and names of files.
StoredPack sound(StoredPack pack) {
  constexpr int kMostPixels = 16'384;  // of a side; docs/formats.md
  constexpr std::int64_t kMostPacks = 1'000'000'000;
  const auto is_side = [](int pixels) { return pixels > 0 && pixels <= kMostPixels; };
  if (pack.id > 0 && pack.id <= kMostPacks && pack.count > 0 && is_side(pack.width) &&
      is_side(pack.height)) {
    return pack;
  }
  throw Error(Error::Kind::kCorrupt,
              "shop.db: the row of pack " + std::to_string(pack.id) +
                  " holds impossible numbers (" + std::to_string(pack.count) + " pictures of " +
                  std::to_string(pack.width) + "x" + std::to_string(pack.height) +
                  "): restore the shop from a backup");
}

int side_of(const Statement& row, int column) {
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp<std::int64_t>(row.integer(column), -1, kMost));
}

}  // namespace

std::vector<StoredPack> Store::packs() const {
  Statement statement(database_,
                      "SELECT id, file, count, width, height, fit, checksum FROM packs "
                      "ORDER BY id");
  std::vector<StoredPack> packs;
  while (statement.step_row("packs")) {
    packs.push_back(sound({.id = statement.integer(0),
                           .file = std::string(statement.text(1)),
                           .count = statement.count(2),
                           .width = side_of(statement, 3),
                           .height = side_of(statement, 4),
                           .fit = std::string(statement.text(5))}));
  }
  return packs;
}

std::int64_t Store::next_pack() const {
  Statement statement(database_, "SELECT coalesce(max(id), 0) + 1 FROM packs");
  const std::int64_t next = statement.step() ? statement.integer(0) : 1;
  if (next > 0) return next;
  throw Error(Error::Kind::kCorrupt,
              "shop.db: a pack has an impossible number: restore the shop from a backup");
}

void Store::add_pack(const StoredPack& pack) {
  assert(database_.in_transaction());
  Statement(database_,
            "INSERT INTO packs VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
            "row_checksum(?1, ?2, ?3, ?4, ?5, ?6))")
      .bind(pack.id, pack.file, pack.count, pack.width, pack.height, pack.fit)
      .run();
}

void Store::put_items(std::span<const Item> items) {
  assert(database_.in_transaction());
  Statement find(database_, "SELECT id FROM items WHERE key = ?1");
  Statement insert(database_,
                   "INSERT INTO items VALUES(?1, ?2, ?3, ?4, ?5, ?6, 0, "
                   "row_checksum(?1, ?2, ?3, ?4, ?5, ?6, 0))");
  Statement update(database_,
                   "UPDATE items SET source = ?3, digest = ?4, pack = ?5, record = ?6, "
                   "removed = 0, checksum = row_checksum(?1, ?2, ?3, ?4, ?5, ?6, 0) WHERE id = ?1");
  Statement last(database_, "SELECT coalesce(max(id), 0) FROM items");
  std::int64_t next = last.step() ? last.integer(0) + 1 : 1;
  std::vector<std::int64_t> replaced;
  for (const Item& item : items) {
    const bool there = find.bind(item.key).step();
    const std::int64_t id = there ? find.integer(0) : next++;
    if (there) replaced.push_back(id);
    (there ? update : insert)
        .bind(id, item.key, item.source, bytes_of(item.digest), item.pack, item.record)
        .run();
  }
  forget_pictures(replaced);
}

void Store::update_items(std::span<const Item> items) {
  assert(database_.in_transaction());
  Statement update(database_,
                   "UPDATE items SET key = ?2, source = ?3, digest = ?4, removed = ?5, "
                   "checksum = row_checksum(id, ?2, ?3, ?4, pack, record, ?5) WHERE id = ?1");
  for (const Item& item : items) {
    const Removed removed = item.gone      ? Removed::kWhileGone
                            : item.removed ? Removed::kForGood
                                           : Removed::kNo;
    update.bind(item.id, item.key, item.source, bytes_of(item.digest), static_cast<int>(removed))
        .run();
  }
}

void Store::forget_pictures(std::span<const std::int64_t> items) {
  Statement latents(database_,
                    "DELETE FROM latents WHERE item = ?1 AND model IN (SELECT id FROM models)");
  Statement clusters(database_,
                     "DELETE FROM item_clusters "
                     "WHERE item = ?1 AND model IN (SELECT id FROM models)");
  for (const std::int64_t item : items) {
    latents.bind(item).run();
    clusters.bind(item).run();
  }
}

bool Store::remove_item(std::string_view key, Removal removal) {
  assert(database_.in_transaction());
  auto item = find_item(key);
  if (!item) return false;
  item->removed = true;
  item->gone = removal == Removal::kWhileGone;
  update_items(std::span(&*item, 1));
  forget_pictures(std::span(&item->id, 1));
  Statement(database_, "DELETE FROM item_tags WHERE item = ?1 AND tag IN (SELECT id FROM tags)")
      .bind(item->id)
      .run();
  return true;
}

std::vector<std::string> Store::tag_names() const {
  Statement statement(database_, "SELECT id, name, checksum FROM tags ORDER BY id");
  std::vector<std::string> names;
  while (statement.step_row("tags")) names.emplace_back(statement.text(1));
  return names;
}

std::vector<ItemTag> Store::tags_of(std::int64_t item) const {
  Statement names(database_, "SELECT id, name, checksum FROM tags ORDER BY id");
  Statement value(database_, with(kTagColumns, "WHERE tag = ?1 AND item = ?2"));
  std::vector<ItemTag> tags;
  while (names.step_row("tags")) {
    if (!value.bind(names.integer(0), item).step_row("item_tags")) continue;
    tags.push_back({.name = std::string(names.text(1)), .value = std::string(value.text(2))});
  }
  return tags;
}

Store::TagColumn Store::tag_column(std::string_view name) const {
  Statement statement(database_, with(kTagColumns, "WHERE tag = ?1 ORDER BY item"));
  statement.bind(find_tag(name));
  TagColumn column;
  while (statement.step_row("item_tags")) {
    column.items.push_back(statement.integer(1));
    column.values.emplace_back(statement.text(2));
  }
  return column;
}

std::vector<std::int64_t> Store::items_with(std::string_view tag, std::string_view value) const {
  Statement statement(database_, with(kTagColumns, "WHERE tag = ?1 AND value = ?2 ORDER BY item"));
  statement.bind(find_tag(tag), value);
  std::vector<std::int64_t> items;
  while (statement.step_row("item_tags")) items.push_back(statement.integer(1));
  return items;
}

std::vector<TagSummary> Store::tag_summaries(std::size_t common) const {
  std::vector<TagSummary> summaries;
  for (std::string& name : tag_names()) {
    std::unordered_map<std::string, std::size_t> counts;
    TagSummary summary{.name = std::move(name), .items = 0, .values = 0, .common = {}};
    for (std::string& value : tag_column(summary.name).values) {
      ++counts[std::move(value)];
      ++summary.items;
    }
    if (summary.items == 0) continue;
    summary.values = counts.size();
    for (const auto& [value, items] : counts) summary.common.push_back({value, items});
    const std::size_t shown = std::min(common, counts.size());
    std::ranges::partial_sort(summary.common,
                              summary.common.begin() + static_cast<std::ptrdiff_t>(shown),
                              [](const ValueCount& a, const ValueCount& b) {
                                return std::tie(b.items, a.value) < std::tie(a.items, b.value);
                              });
    summary.common.resize(shown);
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

std::int64_t Store::find_tag(std::string_view name) const {
  Statement statement(database_, "SELECT id, name, checksum FROM tags WHERE name = ?1");
  return statement.bind(name).step_row("tags") ? statement.integer(0) : kNoTag;
}

std::int64_t Store::tag_id(std::string_view name) {
  if (const std::int64_t found = find_tag(name); found != kNoTag) return found;
  Statement last(database_, "SELECT coalesce(max(id), 0) + 1 FROM tags");
  const std::int64_t id = last.step() ? last.integer(0) : 1;
  Statement(database_, "INSERT INTO tags VALUES(?1, ?2, row_checksum(?1, ?2))")
      .bind(id, name)
      .run();
  return id;
}

void Store::put_tags(std::string_view name, std::span<const TagValue> values) {
  assert(database_.in_transaction());
  const std::int64_t tag = tag_id(name);
  // A value that is there already is not written again: a second run costs a look at each.
  Statement put(database_,
                "INSERT INTO item_tags VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3)) "
                "ON CONFLICT DO UPDATE SET value = excluded.value, checksum = excluded.checksum "
                "WHERE value <> excluded.value");
  Statement erase(database_, "DELETE FROM item_tags WHERE tag = ?1 AND item = ?2");
  for (const TagValue& tagged : values) {
    if (tagged.value.empty()) {
      erase.bind(tag, tagged.item).run();
    } else {
      put.bind(tag, tagged.item, tagged.value).run();
    }
  }
}

}  // namespace likeness
