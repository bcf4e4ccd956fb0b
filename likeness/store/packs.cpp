// The part of Store that remembers packs and which of their records are items' pictures.
#include <algorithm>
#include <cassert>
#include <cstdint>
#include <limits>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/store/store.hpp"

namespace likeness {
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
  Statement statement(database_,
                      "SELECT max(coalesce((SELECT max(id) FROM packs), 0), "
                      "coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'packs'), 0)) "
                      "+ 1");
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

std::vector<RecordPlace> Store::holes() const {
  Statement statement(database_, "SELECT pack, record, checksum FROM holes ORDER BY pack, record");
  std::vector<RecordPlace> holes;
  while (statement.step_row("holes")) {
    holes.push_back({.pack = statement.integer(0), .record = statement.count(1)});
  }
  return holes;
}

void Store::make_hole(const RecordPlace& place) {
  Statement(database_, "INSERT OR IGNORE INTO holes VALUES(?1, ?2, row_checksum(?1, ?2))")
      .bind(place.pack, place.record)
      .run();
}

void Store::fill_hole(const RecordPlace& place) {
  Statement there(database_, "SELECT 1 FROM holes WHERE pack = ?1 AND record = ?2");
  if (!there.bind(place.pack, place.record).step()) return;
  Statement(database_, "DELETE FROM holes WHERE pack = ?1 AND record = ?2")
      .bind(place.pack, place.record)
      .run();
  // Nobody made a latent of a hole: from here on they are to be made again.
  Statement(database_,
            "UPDATE latent_files SET count = ?2, checksum = row_checksum(model, pack, file, ?2) "
            "WHERE pack = ?1 AND count > ?2")
      .bind(place.pack, place.record)
      .run();
}

void Store::move_items(std::span<const ItemPlace> moved) {
  assert(database_.in_transaction());
  Statement find(database_, "SELECT pack, record FROM items WHERE id = ?1");
  Statement update(database_,
                   "UPDATE items SET pack = ?2, record = ?3, checksum = row_checksum(id, key, "
                   "source, digest, bytes, changed, ?2, ?3, pixels, removed) WHERE id = ?1");
  for (const ItemPlace& item : moved) {
    if (!find.bind(item.item).step()) continue;
    const RecordPlace before{.pack = find.integer(0), .record = find.count(1)};
    update.bind(item.item, item.place.pack, item.place.record).run();
    make_hole(before);
  }
}

void Store::forget_pixels(std::span<const ForgottenPixels> items) {
  assert(database_.in_transaction());
  Statement update(database_,
                   "UPDATE items SET pack = NULL, record = 0, pixels = ?2, checksum = "
                   "row_checksum(id, key, source, digest, bytes, changed, 0, 0, ?2, removed) "
                   "WHERE id = ?1 AND removed <> 0");
  for (const auto& [item, pixels] : items) update.bind(item, pixels).run();
}

void Store::drop_pack(std::int64_t pack) {
  assert(database_.in_transaction());
  for (const char* sql :
       {"DELETE FROM holes WHERE pack = ?1", "DELETE FROM latent_files WHERE pack = ?1",
        "DELETE FROM packs WHERE id = ?1"}) {
    Statement(database_, sql).bind(pack).run();
  }
}

}  // namespace likeness
