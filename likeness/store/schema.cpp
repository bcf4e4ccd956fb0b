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

constexpr std::array kMigrations = {kVersion1, kVersion2, kVersion3};

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
