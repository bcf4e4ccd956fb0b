// Packs that become few, and what leaves the disk then.
#include "likeness/shop/compact.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include "likeness/base/file.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/item_pictures.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/recommend.hpp"
#include "likeness/shop/remove_items.hpp"
#include "likeness/shop/train.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class Compact : public SmallShop {
 protected:
  // Three packs, all of them embedded, with holes: 0003 has a new picture, 0005 is removed.
  void make_three() {
    make();
    TrainRequest request;
    request.files = files();
    request.latent_given = 3;
    request.epochs = 1;
    request.batch = 4;
    request.name = "small";
    (void)train(request, work_);
    draw("pictures/0003.jpg", 33);
    make();
    draw("pictures/0013.jpg", 13);
    make();
    embed_all();
    remove("0005");
  }
  void embed_all() { (void)embed({.files = files(), .model = {}}, work_); }
  void remove(const std::string& key) const {
    (void)remove_items({.files = files(), .keys = {key}});
  }
  CompactOutcome compacted(std::size_t most_records = 1'000'000) {
    return compact({.files = files(), .most_records = most_records}, work_);
  }

  [[nodiscard]] Store store() const { return open_store(files()); }
  [[nodiscard]] StoredLatents latents() const {
    const Store now = store();
    return all_latents(now, files(), *now.active_model());
  }
  // Of each item, by key.
  [[nodiscard]] std::map<std::string, std::vector<std::uint8_t>> pixels() const {
    const Store now = store();
    ItemPictures pictures(files(), now);
    std::map<std::string, std::vector<std::uint8_t>> all;
    for (const Item& item : now.items()) {
      const auto view = pictures.view(item).pixels;
      all[item.key].assign(view.begin(), view.end());
    }
    return all;
  }
  [[nodiscard]] std::string answer() const {
    RecommendRequest request;
    request.query.files = files();
    request.query.liked = {"0001"};
    request.count = 20;
    return to_json(recommend(request, work_)).dump();
  }
  // Whether these bytes lie anywhere in a file of the shop.
  [[nodiscard]] bool is_on_disk(std::span<const std::uint8_t> bytes) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(files().folder)) {
      if (!entry.is_regular_file()) continue;
      const auto file = read_file(entry.path());
      if (!std::ranges::search(file, std::as_bytes(bytes)).empty()) return true;
    }
    return false;
  }
  [[nodiscard]] std::vector<std::string> files_in(const std::string& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(files().folder / folder)) {
      names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(Compact, ManyPacksBecomeOneAndNoAnswerChanges) {
  make_three();
  const std::string expected = answer();
  const auto pictures = pixels();
  const StoredLatents before = latents();
  const CompactOutcome outcome = compacted();
  EXPECT_EQ(outcome.merged, 3U);
  EXPECT_EQ(outcome.made, 1U);
  ASSERT_EQ(outcome.packs.size(), 1U);
  EXPECT_EQ(outcome.latents, std::vector<std::string>{"small/000004.latents"});
  EXPECT_EQ(files_in("packs"), std::vector<std::string>{"000004.pack"});
  EXPECT_EQ(files_in("latents/small"), std::vector<std::string>{"000004.latents"});
  EXPECT_EQ(answer(), expected);
  EXPECT_EQ(pixels(), pictures);
  EXPECT_EQ(latents().items, before.items);
  EXPECT_EQ(latents().values, before.values);
  EXPECT_TRUE(store().holes().empty());
  EXPECT_TRUE(verify(files(), work_).sound());
  EXPECT_TRUE(verify(files(), work_).notes.empty());
  EXPECT_EQ(compacted().merged, 0U);
}

TEST_F(Compact, WhatIsRemovedOrReplacedLeavesTheDiskForGood) {
  make();
  const auto before = pixels();
  make_three();
  EXPECT_TRUE(is_on_disk(before.at("0003")));
  EXPECT_TRUE(is_on_disk(before.at("0005")));
  EXPECT_GT(compacted().freed_bytes, 0);
  EXPECT_FALSE(is_on_disk(before.at("0003")));
  EXPECT_FALSE(is_on_disk(before.at("0005")));
  EXPECT_TRUE(is_on_disk(before.at("0006")));
}

TEST_F(Compact, WhatWasRemovedStaysAwayAlsoWithOtherBytesAroundItsPixels) {
  make_three();
  (void)compacted();
  // What another program writes behind the end of a JPEG changes its digest and no pixel.
  std::ofstream(path("pictures/0005.jpg"), std::ios::app | std::ios::binary) << "edited";
  make();
  EXPECT_FALSE(store().find_item("0005"));
  draw("pictures/0005.jpg", 55);  // another picture is another matter
  make();
  EXPECT_TRUE(store().find_item("0005"));
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Compact, AnItemWhoseFileIsBackIsPackedAnew) {
  make_three();
  std::filesystem::rename(path("pictures/0007.jpg"), path("kept.jpg"));
  PackRequest request = pack_request();
  request.when_gone = WhenGone::kRemove;
  (void)pack(request, work_);
  const auto id = store().items_with_removed().at(6).id;
  (void)compacted();
  std::filesystem::rename(path("kept.jpg"), path("pictures/0007.jpg"));
  EXPECT_EQ(pack(request, work_).report.packed, 1U);
  EXPECT_EQ(store().find_item("0007")->id, id);
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Compact, WhatIsHalfEmbeddedKeepsTheLatentsThatItHas) {
  make_three();
  draw("pictures/0014.jpg", 14);
  make();  // without a latent
  const StoredLatents before = latents();
  EXPECT_EQ(compacted().packs.size(), 2U);
  EXPECT_EQ(latents().items, before.items);
  EXPECT_EQ(latents().values, before.values);
  embed_all();
  EXPECT_EQ(compacted().packs.size(), 1U);
  EXPECT_EQ(latents().items.size(), before.items.size() + 1);
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Compact, APackThatIsHalfEmbeddedIsDivided) {
  make_three();
  {
    Store shop = open_store(files(), OpenMode::kExisting);
    auto transaction = shop.begin();
    const auto model = shop.active_model()->id;
    shop.put_latent_file(model, {.pack = 1, .file = "small/000001.latents", .count = 7});
    transaction.commit();
  }
  const StoredLatents before = latents();
  const auto pictures = pixels();
  EXPECT_EQ(compacted().made, 2U);
  EXPECT_EQ(latents().items, before.items);
  EXPECT_EQ(latents().values, before.values);
  EXPECT_EQ(pixels(), pictures);
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Compact, PacksHaveNoMoreThanSoManyRecords) {
  make_three();
  const auto pictures = pixels();
  EXPECT_EQ(compacted(11).packs.size(), 2U);
  EXPECT_EQ(pixels(), pictures);
  EXPECT_EQ(compacted(11).merged, 0U);
}

TEST_F(Compact, ALargePackIsDivided) {
  make_three();
  const auto pictures = pixels();
  const StoredLatents before = latents();
  const CompactOutcome outcome = compacted(5);
  EXPECT_EQ(outcome.packs.size(), 3U);
  EXPECT_TRUE(std::ranges::all_of(outcome.packs, [](const auto& pack) { return pack.count <= 5; }));
  EXPECT_EQ(pixels(), pictures);
  EXPECT_EQ(latents().values, before.values);
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Compact, ADamagedPictureIsNeverTakenAlong) {
  make_three();
  const auto pack_file = files().packs() / "000001.pack";
  auto bytes = read_file(pack_file);
  bytes[64 + 24 * 32 * 3 / 2] ^= std::byte{1};  // in 0001
  write_file(pack_file, bytes);
  EXPECT_EQ(error_of([&] { return compacted(); }).kind(), Error::Kind::kCorrupt);
  EXPECT_EQ(store().packs().size(), 3U);
  EXPECT_EQ(files_in("packs").size(), 3U);
}

// A forged row, whose checksum is right.
TEST_F(Compact, ARemovedItemWithoutPixelsIsToldSo) {
  make_three();
  Database(files().database(), OpenMode::kExisting)
      .execute(
          "UPDATE items SET record = 99, checksum = row_checksum(id, key, source, digest, "
          "bytes, changed, pack, 99, pixels, removed) WHERE key = '0005'");
  EXPECT_EQ(error_of([&] { return compacted(); }).kind(), Error::Kind::kCorrupt);
  EXPECT_EQ(store().packs().size(), 3U);
}

TEST_F(Compact, AShopWithoutItemsIsToldSo) {
  make();
  for (const Item& item : store().items()) remove(item.key);
  EXPECT_EQ(error_of([&] { return compacted(); }).kind(), Error::Kind::kInput);
}

TEST_F(Compact, WhoReadsBesideKeepsWhatHeReads) {
  make_three();
  const Store reader = store();
  const CompactOutcome outcome = compacted();
  EXPECT_TRUE(outcome.is_read);
  ItemPictures pictures(files(), reader);
  for (const Item& item : reader.items()) EXPECT_FALSE(pictures.view(item).pixels.empty());
  EXPECT_EQ(verify(files(), work_).notes.size(), 6U);
}

TEST_F(Compact, WhatAReaderLeftIsRemovedByTheNextRun) {
  make_three();
  {
    const Store reader = store();
    (void)compacted();
  }
  EXPECT_EQ(compacted().merged, 0U);
  EXPECT_EQ(files_in("packs"), std::vector<std::string>{"000004.pack"});
  EXPECT_TRUE(verify(files(), work_).notes.empty());
}

TEST_F(Compact, PaysWhereATenthIsHolesOrTenPacksAreSmall) {
  make_three();
  EXPECT_TRUE(compaction(store()).pays());
  EXPECT_EQ(compaction(store()).holes, 2U);
  (void)compacted();
  EXPECT_FALSE(compaction(store()).pays());
}

}  // namespace
}  // namespace likeness
