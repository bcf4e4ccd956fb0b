#include "likeness/store/store.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/store/schema.hpp"

namespace likeness {
namespace {

constexpr std::string_view kItemColumns =
    "SELECT id, key, source, digest, bytes, changed, coalesce(pack, 0), record, pixels, removed, "
    "checksum "
    "FROM items ";

constexpr std::int64_t kNoPack = 0;

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
  const Removed removed = removed_of(row, 9);
  return {.id = row.integer(0),
          .key = std::string(row.text(1)),
          .source = std::string(row.text(2)),
          .digest = digest_of(row.blob(3), row.text(1)),
          .stamp = {.bytes = row.count(4), .changed = row.integer(5)},
          .pack = row.integer(6),
          .record = row.count(7),
          .pixels = static_cast<std::uint64_t>(row.integer(8)),
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
  database.execute("PRAGMA journal_size_limit = 4194304");  // of a log that begins anew
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
  database_.execute("PRAGMA cache_size = -2048");  // a service has a reader for each thread
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

void Store::give_back_space() {
  constexpr std::int64_t kWorthwhile = 8;  // an eighth of the file
  const auto number = [this](const char* sql) {
    Statement statement(database_, sql);
    return statement.step() ? statement.integer(0) : 0;
  };
  if (number("PRAGMA freelist_count") * kWorthwhile < number("PRAGMA page_count")) return;
  database_.execute("VACUUM");
  database_.checkpoint();
}

bool Store::is_read_as_it_is(bool waits) { return database_.checkpoint_whole(waits); }

std::vector<Item> Store::items() const {
  Statement statement(database_, with(kItemColumns, "WHERE removed = 0 ORDER BY id"));
  return items_of(statement);
}

std::vector<Item> Store::items_of_page(const ItemsPage& page) const {
  const bool by_key = page.order == ItemsPage::Order::kKey;
  const std::string rest = std::string("WHERE removed = 0 AND ") + (by_key ? "key" : "id") +
                           " > ?1 AND instr(key, ?2) > 0 ORDER BY " + (by_key ? "key" : "id") +
                           " LIMIT ?3 OFFSET ?4";
  Statement statement(database_, with(kItemColumns, rest));
  if (by_key) {
    statement.bind(page.last ? page.last->key : std::string(), page.in_key, page.count,
                   page.offset);
  } else {
    statement.bind(page.last ? page.last->id : 0, page.in_key, page.count, page.offset);
  }
  return items_of(statement);
}

std::size_t Store::count_items_with(std::string_view in_key) const {
  Statement statement(database_,
                      "SELECT count(*) FROM items WHERE removed = 0 AND instr(key, ?1) > 0");
  return statement.bind(in_key).step() ? statement.count(0) : 0;
}

std::vector<Item> Store::items_with_removed() const {
  Statement statement(database_, with(kItemColumns, "ORDER BY id"));
  return items_of(statement);
}

// By what is known of packs and holes: to count a million rows takes longer than a search.
std::size_t Store::count_items() const {
  Statement statement(database_,
                      "SELECT (SELECT coalesce(sum(count), 0) FROM packs) - "
                      "(SELECT count(*) FROM holes)");
  return statement.step() ? statement.count(0) : 0;
}

std::size_t Store::count_removed() const {
  Statement statement(database_, "SELECT count(*) FROM items WHERE removed <> 0");
  return statement.step() ? statement.count(0) : 0;
}

std::vector<ItemPlace> Store::item_places() const {
  Statement statement(database_,
                      "SELECT id, pack, record FROM items WHERE removed = 0 ORDER BY id");
  std::vector<ItemPlace> places;
  while (statement.step()) {
    places.push_back({.item = statement.integer(0),
                      .place = {.pack = statement.integer(1), .record = statement.count(2)}});
  }
  return places;
}

std::vector<RecordPlace> Store::places_of(std::span<const std::int64_t> items) const {
  Statement place(database_,
                  "SELECT pack, record FROM items INDEXED BY records_of_items WHERE id = ?1");
  std::vector<RecordPlace> places;
  for (const std::int64_t item : items) {
    if (!place.bind(item).step()) continue;
    places.push_back({.pack = place.integer(0), .record = place.count(1)});
  }
  std::ranges::sort(places);
  return places;
}

std::vector<Item> Store::items_of_pack(std::int64_t pack) const {
  Statement statement(database_, with(kItemColumns, "WHERE pack = ?1 ORDER BY id"));
  return items_of(statement.bind(pack));
}

std::optional<Item> Store::find_item(std::int64_t id) const {
  Statement statement(database_, with(kItemColumns, "WHERE id = ?1 AND removed = 0"));
  return one_item_of(statement.bind(id));
}

std::optional<Item> Store::find_item(const RecordPlace& place) const {
  Statement statement(database_,
                      with(kItemColumns, "WHERE pack = ?1 AND record = ?2 AND removed = 0"));
  return one_item_of(statement.bind(place.pack, place.record));
}

std::optional<Item> Store::find_item(std::string_view key) const {
  Statement statement(database_, with(kItemColumns, "WHERE key = ?1 AND removed = 0"));
  return one_item_of(statement.bind(key));
}

void Store::put_items(std::span<const Item> items) {
  assert(database_.in_transaction());
  Statement find(database_, "SELECT id, pack, record FROM items WHERE key = ?1");
  Statement insert(database_,
                   "INSERT INTO items VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, "
                   "row_checksum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0))");
  Statement update(database_,
                   "UPDATE items SET source = ?3, digest = ?4, bytes = ?5, changed = ?6, "
                   "pack = ?7, record = ?8, pixels = 0, removed = 0, "
                   "checksum = row_checksum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0) WHERE id = ?1");
  Statement last(database_, "SELECT coalesce(max(id), 0) FROM items");
  std::int64_t next = last.step() ? last.integer(0) + 1 : 1;
  std::vector<std::int64_t> replaced;
  for (const Item& item : items) {
    const bool there = find.bind(item.key).step();
    const std::int64_t id = there ? find.integer(0) : next++;
    if (there) {
      replaced.push_back(id);
      if (find.integer(1) != kNoPack) make_hole({.pack = find.integer(1), .record = find.count(2)});
    }
    (there ? update : insert)
        .bind(id, item.key, item.source, bytes_of(item.digest), item.stamp.bytes,
              item.stamp.changed, item.pack, item.record)
        .run();
  }
  forget_pictures(replaced);
}

void Store::update_items(std::span<const Item> items) {
  assert(database_.in_transaction());
  Statement update(database_,
                   "UPDATE items SET key = ?2, source = ?3, digest = ?4, bytes = ?5, "
                   "changed = ?6, removed = ?7, checksum = "
                   "row_checksum(id, ?2, ?3, ?4, ?5, ?6, coalesce(pack, 0), record, pixels, ?7) "
                   "WHERE id = ?1");
  Statement find(database_, "SELECT pack, record FROM items WHERE id = ?1");
  for (const Item& item : items) {
    const Removed removed = item.gone      ? Removed::kWhileGone
                            : item.removed ? Removed::kForGood
                                           : Removed::kNo;
    update
        .bind(item.id, item.key, item.source, bytes_of(item.digest), item.stamp.bytes,
              item.stamp.changed, static_cast<int>(removed))
        .run();
    if (!find.bind(item.id).step() || find.integer(0) == kNoPack) continue;
    const RecordPlace place{.pack = find.integer(0), .record = find.count(1)};
    if (removed == Removed::kNo) {
      fill_hole(place);
    } else {
      make_hole(place);
    }
  }
}

std::optional<std::string> Store::setting(std::string_view name) const {
  Statement statement(database_, "SELECT name, value, checksum FROM settings WHERE name = ?1");
  if (!statement.bind(name).step_row("settings")) return std::nullopt;
  return std::string(statement.text(1));
}

void Store::put_setting(std::string_view name, std::string_view value) {
  assert(database_.in_transaction());
  Statement(database_, "INSERT OR REPLACE INTO settings VALUES(?1, ?2, row_checksum(?1, ?2))")
      .bind(name, value)
      .run();
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
  forget_tags(item->id);
  return true;
}

}  // namespace likeness
