#include "likeness/store/store.hpp"

#include <gtest/gtest.h>

#include "likeness/base/error.hpp"
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
  EXPECT_EQ(store.latents(model).items, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(store.items_without_latent(model), (std::vector<std::int64_t>{2, 4}));
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
  EXPECT_EQ(store.latents(model).items, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(store.latents(model).values, (std::vector<float>{1, 3}));
  EXPECT_EQ(store.clusters(model).items, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(store.tag_column("colour").items, (std::vector<std::int64_t>{1, 3}));
  EXPECT_TRUE(store.items_without_latent(model).empty());
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

}  // namespace
}  // namespace likeness
