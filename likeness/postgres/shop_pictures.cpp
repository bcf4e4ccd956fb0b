#include "likeness/postgres/shop_pictures.hpp"

#include <functional>
#include <optional>
#include <string>

#include "likeness/base/bytes.hpp"
#include "likeness/base/checksum.hpp"
#include "likeness/catalogue/same_picture.hpp"
#include "likeness/postgres/shop_table.hpp"
#include "likeness/shop/item_pictures.hpp"

namespace likeness {
namespace {

using OnItem = std::function<void(const Item&, std::uint64_t checksum)>;

// By the file and how it was framed: its pixels need not be read to know that they are the same.
std::uint64_t checksum_of(const Item& item, const StoredPack& pack) {
  ByteWriter bytes;
  bytes.write_u64(item.digest.high);
  bytes.write_u64(item.digest.low);
  bytes.write_u64(static_cast<std::uint64_t>(pack.width));
  bytes.write_u64(static_cast<std::uint64_t>(pack.height));
  bytes.write_text(pack.fit);
  return checksum(bytes.bytes());
}

void visit(const Store& store, const OnItem& on_item) {
  for (const StoredPack& pack : store.packs()) {
    for (const Item& item : store.items_of_pack(pack.id)) {
      if (!item.removed) on_item(item, checksum_of(item, pack));
    }
  }
}

}  // namespace

bool has_pictures(Postgres& database, std::int32_t shop) {
  return database
      .ask("SELECT EXISTS (SELECT FROM likeness.pictured WHERE shop = $1)", {std::to_string(shop)})
      .boolean(0, 0);
}

std::size_t publish_pictures(Postgres& database, std::int32_t shop, const Store& store,
                             const ShopFiles& files, const Work& work) {
  ShopTable table(database, "likeness.picture", {.names = "checksum, colours", .count = 2}, shop);
  table.read_known();
  visit(store,
        [&table](const Item& item, std::uint64_t checksum) { table.compare(item.key, checksum); });
  ItemPictures pictures(files, store);
  std::optional<PostgresTransaction> transaction;
  if (has_pictures(database, shop)) transaction.emplace(database);
  table.write(work, "pictures", [&](const ShopTable::Send& send) {
    visit(store, [&](const Item& item, std::uint64_t checksum) {
      send(item.key, [&](CopyRows& rows) {
        const auto colours = compared_colours(pictures.view(item));
        rows.integer64(static_cast<std::int64_t>(checksum));
        rows.text(std::string(colours.begin(), colours.end()));
      });
    });
  });
  if (const auto packs = store.packs(); !packs.empty()) {  // which are all of one size
    (void)database.ask(
        "INSERT INTO likeness.picture_size VALUES ($1, $2, $3) ON CONFLICT (shop) DO UPDATE "
        "SET width = excluded.width, height = excluded.height",
        {std::to_string(shop), std::to_string(packs.front().width),
         std::to_string(packs.front().height)});
  }
  (void)database.ask("INSERT INTO likeness.pictured(shop) VALUES ($1) ON CONFLICT DO NOTHING",
                     {std::to_string(shop)});
  if (transaction) transaction->commit();
  return table.sent();
}

}  // namespace likeness
