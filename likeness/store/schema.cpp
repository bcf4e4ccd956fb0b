#include "likeness/store/schema.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr std::int64_t kApplicationId = 0x6c696b65;  // "like"

// An item keeps its id for ever, also when its picture is replaced; a removed one stays as a mark
// that its picture is not wanted. Tags lie by tag, not by item: one tag of all items is one stretch
// of the file, and so are the latents of one model. Every row has the checksum of its values.
constexpr const char* kVersion1 = R"sql(
PRAGMA application_id = 0x6c696b65;

CREATE TABLE packs(
  id       INTEGER PRIMARY KEY,
  file     TEXT NOT NULL UNIQUE,
  count    INTEGER NOT NULL,
  width    INTEGER NOT NULL,
  height   INTEGER NOT NULL,
  fit      TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE items(
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  source   TEXT NOT NULL,
  digest   BLOB NOT NULL,
  pack     INTEGER NOT NULL REFERENCES packs,
  record   INTEGER NOT NULL,
  removed  INTEGER NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE tags(
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE item_tags(
  tag      INTEGER NOT NULL REFERENCES tags,
  item     INTEGER NOT NULL REFERENCES items,
  value    TEXT NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(tag, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE models(
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  file       TEXT NOT NULL,
  network    TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  active     INTEGER NOT NULL,
  checksum   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_active_model ON models(active) WHERE active = 1;

CREATE TABLE latents(
  model    INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
  item     INTEGER NOT NULL REFERENCES items,
  vector   BLOB NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(model, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE clusters(
  model    INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
  cluster  INTEGER NOT NULL,
  centroid BLOB NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(model, cluster)
) STRICT, WITHOUT ROWID;

CREATE TABLE item_clusters(
  model    INTEGER NOT NULL,
  item     INTEGER NOT NULL REFERENCES items,
  cluster  INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(model, item),
  FOREIGN KEY(model, cluster) REFERENCES clusters ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX items_of_cluster ON item_clusters(model, cluster);

CREATE TABLE runs(
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE,
  model    TEXT NOT NULL,
  settings TEXT NOT NULL,
  outcome  TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 1;
)sql";

// The tables are those of version 1. A program that knows only that one must not write to the file,
// for it would leave its pages without checksums.
constexpr const char* kVersion2 = "PRAGMA user_version = 2;";

// A model's row says which bytes its latents were made by (the checksum that its file holds; empty
// where it was made by version 1 and is not known), its id is never used again, and beside a model
// that answers there is room for its successor, until that has latents of its own.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE models_3(
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT NOT NULL,
  file       TEXT NOT NULL,
  network    TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  active     INTEGER NOT NULL,
  successor  INTEGER NOT NULL,
  weights    TEXT NOT NULL,
  checksum   INTEGER NOT NULL,
  UNIQUE(name, successor)
) STRICT;
INSERT INTO models_3
  SELECT id, name, file, network, dimensions, active, 0, '',
    row_checksum(id, name, file, network, dimensions, active, 0, '')
  FROM models;
DROP TABLE models;
ALTER TABLE models_3 RENAME TO models;
CREATE UNIQUE INDEX one_active_model ON models(active) WHERE active = 1;

PRAGMA user_version = 3;
)sql";

// Latents lie in files, one beside each pack, row i for record i (docs/formats.md); what version 3
// has of them in its table is moved by whoever knows the packs. A hole is a record that is no
// item's picture any more, or that of a removed one: all others are items, so that a search that
// looks at records need not look at a million rows to know them. For the same reason it is kept how
// many items have each value of a tag. Of an item's file its size and the time of its last change
// are known (0: they are not), so that a file that did not change is not read again; a removed
// item's pixels may have left the disk: it has no pack then, and `pixels` is the checksum that they
// had. The ids of packs are never used again, for packs go when shops are made compact.
constexpr const char* kVersion4 = R"sql(
CREATE TABLE items_4(
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  source   TEXT NOT NULL,
  digest   BLOB NOT NULL,
  bytes    INTEGER NOT NULL,
  changed  INTEGER NOT NULL,
  pack     INTEGER REFERENCES packs,
  record   INTEGER NOT NULL,
  pixels   INTEGER NOT NULL,
  removed  INTEGER NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
INSERT INTO items_4
  SELECT id, key, source, digest, 0, 0, pack, record, 0, removed,
    row_checksum(id, key, source, digest, 0, 0, pack, record, 0, removed)
  FROM items;
DROP TABLE items;
ALTER TABLE items_4 RENAME TO items;

CREATE TABLE packs_4(
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  file     TEXT NOT NULL UNIQUE,
  count    INTEGER NOT NULL,
  width    INTEGER NOT NULL,
  height   INTEGER NOT NULL,
  fit      TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
INSERT INTO packs_4 SELECT id, file, count, width, height, fit, checksum FROM packs;
DROP TABLE packs;
ALTER TABLE packs_4 RENAME TO packs;

CREATE TABLE latent_files(
  model    INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
  pack     INTEGER NOT NULL REFERENCES packs,
  file     TEXT NOT NULL,
  count    INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(model, pack)
) STRICT, WITHOUT ROWID;

CREATE TABLE holes(
  pack     INTEGER NOT NULL REFERENCES packs,
  record   INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(pack, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE pair_distances(
  model     INTEGER PRIMARY KEY REFERENCES models ON DELETE CASCADE,
  distances BLOB NOT NULL,
  checksum  INTEGER NOT NULL
) STRICT;

CREATE TABLE settings(
  name     TEXT PRIMARY KEY,
  value    TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO settings SELECT 'keys', 'name', row_checksum('keys', 'name')
  WHERE EXISTS (SELECT 1 FROM packs);

CREATE TABLE tag_values(
  tag      INTEGER NOT NULL REFERENCES tags,
  value    TEXT NOT NULL,
  items    INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY(tag, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX items_by_value ON item_tags(tag, value);
INSERT INTO tag_values SELECT tag, value, count(*), row_checksum(tag, value, count(*))
  FROM item_tags GROUP BY tag, value;

CREATE INDEX items_by_record ON items(pack, record);
CREATE INDEX records_of_items ON items(id, pack, record);
CREATE INDEX removed_items ON items(removed) WHERE removed <> 0;

INSERT INTO holes
  WITH RECURSIVE records(pack, record, count) AS (
    SELECT id, 0, count FROM packs WHERE count > 0
    UNION ALL
    SELECT pack, record + 1, count FROM records WHERE record + 1 < count
  )
  SELECT pack, record, row_checksum(pack, record) FROM records
  WHERE NOT EXISTS (SELECT 1 FROM items
                    WHERE items.pack = records.pack AND items.record = records.record
                      AND removed = 0);

PRAGMA user_version = 4;
)sql";

constexpr std::array kMigrations = {kVersion1, kVersion2, kVersion3, kVersion4};

std::int64_t number(const Database& database, std::string_view sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.integer(0) : 0;
}

// A file that was only just created is empty and becomes ours.
void check_owner(const Database& database) {
  const bool empty = number(database, "SELECT count(*) FROM sqlite_schema") == 0;
  if (empty || number(database, "PRAGMA application_id") == kApplicationId) return;
  throw Error(Error::Kind::kCorrupt,
              database.path().string() +
                  ": is the database of another program: name a folder of its own for the shop");
}

void check_version(const Database& database, std::size_t known) {
  const std::size_t version = schema_version(database);
  if (version >= kVersionWithPageChecksums && !database.has_page_checksums()) {
    throw Error(Error::Kind::kCorrupt, database.path().string() +
                                           ": its pages have lost their checksums: restore it from "
                                           "a backup");
  }
  if (version <= known) return;
  throw Error(Error::Kind::kInput, database.path().string() + ": has schema version " +
                                       std::to_string(version) + " and this program knows " +
                                       std::to_string(known) +
                                       ": use the newer likeness that made it");
}

}  // namespace

std::span<const char* const> shop_migrations() noexcept { return kMigrations; }

std::size_t schema_version(const Database& database) {
  Statement statement(database, "PRAGMA user_version");
  return statement.step() ? statement.count(0) : 0;
}

void check_schema(const Database& database, std::size_t last_version) {
  check_owner(database);
  check_version(database, last_version);
}

void migrate(Database& database, std::span<const char* const> migrations) {
  check_schema(database, migrations.size());
  // A table that is made anew would take along all that refers to it; no transaction can say so.
  database.execute("PRAGMA foreign_keys = OFF");
  while (schema_version(database) < migrations.size()) {
    Transaction transaction(database);
    // Asked again, for another process may have migrated while this one waited for its turn.
    const std::size_t version = schema_version(database);
    if (version >= migrations.size()) continue;
    database.execute(migrations[version]);
    transaction.commit();
  }
  database.execute("PRAGMA foreign_keys = ON");
}

}  // namespace likeness
