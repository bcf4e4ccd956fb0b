// Makes a shop one that a program of before wrote: for tests of what becomes of it.
#pragma once

#include <filesystem>
#include <span>

#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/shop.hpp"
#include "likeness/store/sqlite.hpp"

namespace likeness {

// Its latents lie in the database again, by item.
inline void move_latents_into_table(const ShopFiles& files) {
  StoredModel model;
  StoredLatents latents;
  {
    const Store store = open_store(files);
    model = store.active_model().value();
    latents = all_latents(store, files, model);
  }
  std::filesystem::remove_all(files.latents());
  Database database(files.database(), OpenMode::kExisting);
  database.execute("DELETE FROM latent_files; DELETE FROM pair_distances");
  Statement put(database, "INSERT INTO latents VALUES(?1, ?2, ?3, row_checksum(?1, ?2, ?3))");
  for (std::size_t i = 0; i < latents.items.size(); ++i) {
    const auto row = Rows(latents.values, latents.dimensions).row(i);
    put.bind(model.id, latents.items[i], std::as_bytes(row)).run();
  }
}

// The tables of version 1, with what this shop has.
inline void make_version_1(const ShopFiles& files) {
  move_latents_into_table(files);
  Database database(files.database(), OpenMode::kExisting);
  database.execute(R"sql(
    PRAGMA foreign_keys = OFF;
    BEGIN;
    DROP TABLE latent_files;
    DROP TABLE pair_distances;
    DROP TABLE tag_values;
    DROP TABLE settings;
    DROP TABLE holes;
    DROP INDEX items_by_value;
    CREATE TABLE packs_1(id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, count INTEGER NOT NULL,
      width INTEGER NOT NULL, height INTEGER NOT NULL, fit TEXT NOT NULL,
      checksum INTEGER NOT NULL) STRICT;
    INSERT INTO packs_1 SELECT * FROM packs;
    DROP TABLE packs;
    ALTER TABLE packs_1 RENAME TO packs;
    CREATE TABLE items_1(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
      digest BLOB NOT NULL, pack INTEGER NOT NULL REFERENCES packs, record INTEGER NOT NULL,
      removed INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
    INSERT INTO items_1 SELECT id, key, source, digest, pack, record, removed,
      row_checksum(id, key, source, digest, pack, record, removed) FROM items;
    DROP TABLE items;
    ALTER TABLE items_1 RENAME TO items;
    CREATE TABLE models_1(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
      network TEXT NOT NULL, dimensions INTEGER NOT NULL, active INTEGER NOT NULL,
      checksum INTEGER NOT NULL) STRICT;
    INSERT INTO models_1 SELECT id, name, file, network, dimensions, active,
      row_checksum(id, name, file, network, dimensions, active) FROM models;
    DROP TABLE models;
    ALTER TABLE models_1 RENAME TO models;
    CREATE UNIQUE INDEX one_active_model ON models(active) WHERE active = 1;
    PRAGMA user_version = 1;
    COMMIT;
  )sql");
}

}  // namespace likeness
