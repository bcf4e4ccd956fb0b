#include "likeness/store/store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/mapped_file.hpp"
#include "tests/store/store_fixture.hpp"

namespace likeness {
namespace {

using StoreTest = StoreFixture;
using Keys = std::vector<std::string>;

TEST_F(StoreTest, ANewStoreIsEmpty) {
  const Store store(file_, OpenMode::kCreate);
  EXPECT_TRUE(store.items().empty());
  EXPECT_TRUE(store.packs().empty());
  EXPECT_EQ(store.next_pack(), 1);
  EXPECT_FALSE(store.active_model());
  EXPECT_TRUE(store.check().empty());
}

// What it read may have been zeros, also where another part of the program reads such files no
// more.
TEST_F(StoreTest, NothingIsCommittedByWhoMayHaveReadACutFile) {
  survive_cut_files();
  Store reader(file_, OpenMode::kCreate);
  const std::filesystem::path pack = file_.string() + ".pack";
  write_file(pack, std::string(10'000, 'x'));
  const MappedFile mapped(pack);
  std::filesystem::resize_file(pack, 0);
  EXPECT_EQ(mapped.bytes().front(), std::byte{0});
  know_cut_files(found_cut_files());
  EXPECT_THROW(fill(reader), Error);
  EXPECT_TRUE(reader.items().empty());
  Store opened_later(file_, OpenMode::kExisting);
  fill(opened_later);
  EXPECT_EQ(opened_later.items().size(), 3U);
}

TEST_F(StoreTest, WhatWasCommittedIsThereWhenOpenedAgain) {
  {
    Store store(file_, OpenMode::kCreate);
    fill(store);
  }
  const Store store(file_, OpenMode::kExisting);
  const auto items = store.items();
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[1].id, 2);
  EXPECT_EQ(items[1].key, "b");
  EXPECT_EQ(items[1].source, "pictures/b.jpg");
  EXPECT_EQ(items[1].digest, picture("b", 1).digest);
  EXPECT_EQ(items[1].pack, 1);
  EXPECT_EQ(items[1].record, 1U);
  ASSERT_EQ(store.packs().size(), 1U);
  EXPECT_EQ(store.packs()[0].count, 3U);
  EXPECT_EQ(store.packs()[0].width, 60);
  EXPECT_EQ(store.packs()[0].fit, "pad");
  EXPECT_EQ(store.next_pack(), 2);
}

TEST_F(StoreTest, ATransactionThatIsNotCommittedLeavesNothing) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  {
    auto transaction = store.begin();
    store.remove_item("a");
    store.put_tags("size", std::vector<TagValue>{{.item = 2, .value = "large"}});
  }
  EXPECT_EQ(keys(store), (Keys{"a", "b", "c"}));
  EXPECT_EQ(store.tag_names(), (Keys{"colour"}));
}

TEST_F(StoreTest, AReplacedItemKeepsItsIdAndTagsAndLosesItsLatent) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto model = add_model(store, "m", latents(2, {1, 2, 3}, {1, 2, 3, 4, 5, 6}));
  add_pack(store, {picture("b", 0, 2), picture("d", 1, 2)}, 2);
  EXPECT_EQ(keys(store), (Keys{"a", "b", "c", "d"}));
  EXPECT_EQ(store.items().at(1).pack, 2);
  EXPECT_EQ(store.items().at(1).id, 2);
  EXPECT_EQ(store.tags_of(2).at(0).value, "blue");
  EXPECT_EQ(store.tabled_latents(model).items, (std::vector<std::int64_t>{1, 3}));
  EXPECT_TRUE(store.check().empty());
}

TEST_F(StoreTest, ARemovedItemIsInNoAnswerButIsRemembered) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto model = add_model(store, "m", latents(1, {1, 2, 3}, {1, 2, 3}));
  auto transaction = store.begin();
  store.put_clusters(
      model, {.dimensions = 1, .centroids = {0.5F}, .items = {1, 2, 3}, .cluster = {0, 0, 0}});
  EXPECT_TRUE(store.remove_item("b"));
  EXPECT_FALSE(store.remove_item("b"));
  EXPECT_FALSE(store.remove_item("nobody"));
  transaction.commit();
  EXPECT_EQ(keys(store), (Keys{"a", "c"}));
  EXPECT_FALSE(store.find_item("b"));
  EXPECT_EQ(store.tabled_latents(model).items, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(store.tabled_latents(model).values, (std::vector<float>{1, 3}));
  EXPECT_EQ(store.clusters(model).items, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(store.tag_column("colour").items, (std::vector<std::int64_t>{1, 3}));
  ASSERT_EQ(store.items_with_removed().size(), 3U);
  EXPECT_TRUE(store.items_with_removed()[1].removed);
  EXPECT_TRUE(store.check().empty());
}

TEST_F(StoreTest, ARemovedItemWithANewPictureIsBackInItsPlace) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  {
    auto transaction = store.begin();
    store.remove_item("a");
    transaction.commit();
  }
  add_pack(store, {picture("a", 0, 2)}, 2);
  EXPECT_EQ(keys(store), (Keys{"a", "b", "c"}));
}

TEST_F(StoreTest, AnUpdatedItemKeepsItsTagsLatentsAndClusters) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto model = add_model(store, "m", latents(1, {1, 2, 3}, {1, 2, 3}));
  auto transaction = store.begin();
  store.put_clusters(
      model, {.dimensions = 1, .centroids = {0.5F}, .items = {1, 2, 3}, .cluster = {0, 0, 0}});
  Item moved = store.items().at(1);
  moved.key = "other";
  moved.source = "elsewhere/b.jpg";
  moved.digest = {.high = 7, .low = 8};
  store.update_items(std::span(&moved, 1));
  transaction.commit();
  const auto found = store.find_item("other");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, 2);
  EXPECT_EQ(found->source, "elsewhere/b.jpg");
  EXPECT_EQ(found->digest, moved.digest);
  EXPECT_EQ(found->record, 1U);
  EXPECT_EQ(store.tags_of(2).at(0).value, "blue");
  EXPECT_EQ(store.tabled_latents(model).items.size(), 3U);
  EXPECT_EQ(store.clusters(model).items.size(), 3U);
  EXPECT_TRUE(store.check().empty());
}

TEST_F(StoreTest, AnItemWhoseFileIsGoneCanBeRemovedUntilItIsBack) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  auto transaction = store.begin();
  EXPECT_TRUE(store.remove_item("a"));
  EXPECT_TRUE(store.remove_item("b", Removal::kWhileGone));
  auto all = store.items_with_removed();
  EXPECT_TRUE(all[0].removed && !all[0].gone);
  EXPECT_TRUE(all[1].removed && all[1].gone);
  EXPECT_FALSE(all[2].removed || all[2].gone);
  all[1].removed = all[1].gone = false;
  store.update_items(std::span(&all[1], 1));
  transaction.commit();
  EXPECT_EQ(keys(store), (Keys{"b", "c"}));
  EXPECT_TRUE(store.check().empty());
}

// Also where the row's checksum is right: it may have been written by anybody.
TEST_F(StoreTest, ImpossibleNumbersInARowAreNamedAsDamage) {
  {
    Store store(file_, OpenMode::kCreate);
    fill(store);
  }
  const auto read_everything = [&] {
    const Store store(file_, OpenMode::kExisting);
    (void)store.packs();
    (void)store.next_pack();
    (void)store.items_with_removed();
  };
  const auto sound = read_file(file_);
  for (const char* change : {"width = -5", "height = 0", "width = 16385", "width = 4294967356",
                             "count = 0", "count = -1", "id = -3", "id = 9223372036854775807"}) {
    Database(file_, OpenMode::kExisting)
        .execute(("PRAGMA foreign_keys = OFF; UPDATE packs SET " + std::string(change) +
                  "; UPDATE packs SET checksum = row_checksum(id, file, count, width, height, fit)")
                     .c_str());
    EXPECT_THROW(read_everything(), Error) << change;
    write_file(file_, sound);
  }
  for (const char* value : {"3", "-1"}) {
    Database(file_, OpenMode::kExisting)
        .execute(("UPDATE items SET removed = " + std::string(value) +
                  "; UPDATE items SET checksum = "
                  "row_checksum(id, key, source, digest, pack, record, removed)")
                     .c_str());
    EXPECT_THROW(read_everything(), Error) << value;
    write_file(file_, sound);
  }
  read_everything();
}

TEST_F(StoreTest, TagsAreReplacedByItemAndEmptyOnesErased) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  auto transaction = store.begin();
  store.put_tags("colour",
                 std::vector<TagValue>{{.item = 1, .value = ""}, {.item = 2, .value = "green"}});
  store.put_tags("size", std::vector<TagValue>{{.item = 1, .value = "small, \"S\""}});
  transaction.commit();
  const auto colour = store.tag_column("colour");
  EXPECT_EQ(colour.items, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(colour.values, (Keys{"green", "red"}));
  ASSERT_EQ(store.tags_of(1).size(), 1U);
  EXPECT_EQ(store.tags_of(1)[0].name, "size");
  EXPECT_EQ(store.tags_of(1)[0].value, "small, \"S\"");
  EXPECT_TRUE(store.tag_column("weight").items.empty());
}

TEST_F(StoreTest, TagSummariesCountValuesMostFrequentFirst) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto summaries = store.tag_summaries(1);
  ASSERT_EQ(summaries.size(), 1U);
  EXPECT_EQ(summaries[0].name, "colour");
  EXPECT_EQ(summaries[0].items, 3U);
  EXPECT_EQ(summaries[0].values, 2U);
  ASSERT_EQ(summaries[0].common.size(), 1U);
  EXPECT_EQ(summaries[0].common[0].value, "red");
  EXPECT_EQ(summaries[0].common[0].items, 2U);
}

TEST_F(StoreTest, ManyTagsOfAllItemsAreIndexedAndCountedAsAFewAre) {
  constexpr std::size_t kItems = 600;
  const auto indexes = [this] {
    const Database database(file_, OpenMode::kReading);
    Statement statement(database,
                        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' "
                        "ORDER BY name");
    std::vector<std::pair<std::string, std::string>> all;
    while (statement.step()) all.emplace_back(statement.text(0), statement.text(1));
    return all;
  };
  Store store(file_, OpenMode::kCreate);
  const auto expected = indexes();
  std::vector<Item> items(kItems);
  for (std::size_t i = 0; i < kItems; ++i) items[i] = picture(std::to_string(i), i);
  add_pack(store, items);
  const std::vector<std::string> words = {"red", "", "blue", "green"};
  const auto put = [&](const std::vector<std::string>& names, std::size_t shift) {
    auto transaction = store.begin();
    LateIndexes late = store.late_tag_indexes();
    for (const std::string& name : names) {
      std::vector<TagValue> values(kItems);
      for (std::size_t i = 0; i < kItems; ++i) {
        values[i] = {.item = static_cast<std::int64_t>(i + 1),
                     .value = words[(i + shift) % words.size()]};
      }
      store.put_tags(name, values);
    }
    late.make();
    transaction.commit();
  };
  put({"colour", "size"}, 0);
  put({"size", "season"}, 1);  // one that is there, and one that is not
  EXPECT_EQ(indexes(), expected);
  for (const std::size_t threads : {1U, 2U}) EXPECT_TRUE(store.check(threads).empty());
  EXPECT_EQ(store.items_with("colour", "red").size(), kItems / 4);
  EXPECT_EQ(store.items_with("size", "red").front(), 4);
  EXPECT_EQ(store.value_counts("season").size(), 3U);
}

TEST_F(StoreTest, HostileTextIsOnlyText) {
  Store store(file_, OpenMode::kCreate);
  const std::string key = "'); DROP TABLE items; --";
  add_pack(store, {picture(key, 0), picture(std::string("nul\0inside", 10), 1)});
  EXPECT_EQ(keys(store), (Keys{key, std::string("nul\0inside", 10)}));
  EXPECT_TRUE(store.find_item(key));
}

TEST_F(StoreTest, ReferencesToWhatIsNotThereAreRefused) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  auto transaction = store.begin();
  EXPECT_THROW(store.put_tags("colour", std::vector<TagValue>{{.item = 99, .value = "red"}}),
               std::logic_error);
  EXPECT_THROW(store.put_items(std::vector<Item>{picture("d", 0, 7)}), std::logic_error);
}

TEST_F(StoreTest, AReaderGoesOnWhileAnotherWrites) {
  Store writer(file_, OpenMode::kCreate);
  fill(writer);
  const Store reader(file_, OpenMode::kExisting);
  auto transaction = writer.begin();
  writer.remove_item("a");
  EXPECT_EQ(keys(reader), (Keys{"a", "b", "c"}));
  transaction.commit();
  EXPECT_EQ(keys(reader), (Keys{"b", "c"}));
}

// Else `remove` between two reads makes a sound shop look damaged.
TEST_F(StoreTest, AReaderSeesTheStoreOfOneMoment) {
  Store writer(file_, OpenMode::kCreate);
  fill(writer);
  const Store reader(file_, OpenMode::kReading);
  auto transaction = writer.begin();
  EXPECT_TRUE(writer.remove_item("b"));
  transaction.commit();
  EXPECT_EQ(keys(reader), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(reader.find_item("b")->id, 2);
  EXPECT_EQ(keys(Store(file_, OpenMode::kReading)), (std::vector<std::string>{"a", "c"}));
}

// A limit on the size of files is to the program what a full disk is.
TEST_F(StoreTest, ACommitThatDoesNotReachTheFileItselfIsAnErrorAndNotLost) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  {
    auto transaction = store.begin();
    const auto large = store.put_model(model("large", 1));
    store.put_pair_distances(large, std::vector<float>(100'000, 0.5F));
    transaction.commit();
  }
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{.rlim_cur = std::filesystem::file_size(file_), .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  auto transaction = store.begin();
  const auto second = store.put_model(model("second", 20'000));
  store.put_pair_distances(second, std::vector<float>(20'000, 0.5F));
  EXPECT_THROW(transaction.commit(), Error);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(Store(file_, OpenMode::kReading).models().size(), 2U);
}

}  // namespace
}  // namespace likeness
