// Records that are no item's picture, files of latents, and what is counted by them.
#include <gtest/gtest.h>

#include "likeness/base/error.hpp"
#include "likeness/store/store.hpp"
#include "tests/store/store_fixture.hpp"

namespace likeness {
namespace {

class HolesTest : public StoreFixture {
 protected:
  HolesTest() : store_(file_, OpenMode::kCreate) { fill(store_); }

  // Whatever was done: records are items or holes.
  void expect_sound() const {
    EXPECT_TRUE(store_.check().empty());
    EXPECT_EQ(store_.count_items(), store_.items().size());
    EXPECT_EQ(store_.count_removed(), store_.items_with_removed().size() - store_.items().size());
  }

  Store store_;
};

using Places = std::vector<RecordPlace>;

TEST_F(HolesTest, AreThereFromNoPackOn) {
  EXPECT_TRUE(store_.holes().empty());
  expect_sound();
}

TEST_F(HolesTest, AReplacedPictureLeavesOne) {
  add_pack(store_, {picture("b", 0, 2), picture("d", 1, 2)}, 2);
  EXPECT_EQ(store_.holes(), (Places{{.pack = 1, .record = 1}}));
  EXPECT_EQ(store_.count_items(), 4U);
  ASSERT_TRUE(store_.find_item(RecordPlace{.pack = 2, .record = 0}).has_value());
  EXPECT_EQ(store_.find_item(RecordPlace{.pack = 2, .record = 0})->key, "b");
  EXPECT_FALSE(store_.find_item(RecordPlace{.pack = 1, .record = 1}).has_value());
  expect_sound();
}

TEST_F(HolesTest, ARemovedItemLeavesOneUntilItIsBack) {
  auto transaction = store_.begin();
  store_.remove_item("b", Removal::kWhileGone);
  transaction.commit();
  EXPECT_EQ(store_.holes(), (Places{{.pack = 1, .record = 1}}));
  EXPECT_FALSE(store_.find_item(RecordPlace{.pack = 1, .record = 1}).has_value());
  EXPECT_EQ(store_.count_removed(), 1U);
  expect_sound();
  auto items = store_.items_with_removed();
  items[1].removed = items[1].gone = false;
  auto again = store_.begin();
  store_.update_items(std::span(&items[1], 1));
  again.commit();
  EXPECT_TRUE(store_.holes().empty());
  expect_sound();
}

TEST_F(HolesTest, ARemovedItemWithANewPictureLeavesItsOldRecord) {
  auto transaction = store_.begin();
  store_.remove_item("b");
  transaction.commit();
  add_pack(store_, {picture("b", 0, 2)}, 2);
  EXPECT_EQ(store_.holes(), (Places{{.pack = 1, .record = 1}}));
  expect_sound();
}

TEST_F(HolesTest, LatentsInFilesAreCountedWithoutThem) {
  const auto model = add_model(store_, "m", latents(1, {}, {}));
  auto transaction = store_.begin();
  store_.put_latent_file(model, {.pack = 1, .file = "m/000001.latents", .count = 2});
  store_.remove_item("b");
  transaction.commit();
  EXPECT_EQ(store_.models().at(0).latents, 1U);
  auto more = store_.begin();
  store_.put_latent_file(model, {.pack = 1, .file = "m/000001.latents", .count = 3});
  more.commit();
  EXPECT_EQ(store_.models().at(0).latents, 2U);
  const auto files = store_.latent_files(model);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].pack, 1);
  EXPECT_EQ(files[0].count, 3U);
  EXPECT_EQ(files[0].file, "m/000001.latents");
  expect_sound();
}

TEST_F(HolesTest, AFileOfLatentsNeedsItsModelAndItsPack) {
  auto transaction = store_.begin();
  EXPECT_THROW(store_.put_latent_file(7, {.pack = 1, .file = "f", .count = 1}), Error);
  const auto model = store_.put_model({.name = "m", .file = "m", .network = "n", .dimensions = 1});
  EXPECT_THROW(store_.put_latent_file(model, {.pack = 9, .file = "f", .count = 1}),
               std::logic_error);
}

TEST_F(HolesTest, ItemsAreFoundByTagAndByClusterAsPlaces) {
  const auto model = add_model(store_, "m", latents(1, {1, 2, 3}, {1, 2, 3}));
  auto transaction = store_.begin();
  store_.put_clusters(
      model,
      {.dimensions = 1, .centroids = {0.5F, 2.5F}, .items = {1, 2, 3}, .cluster = {0, 1, 1}});
  transaction.commit();
  EXPECT_EQ(store_.places_in_cluster(model, 1),
            (Places{{.pack = 1, .record = 1}, {.pack = 1, .record = 2}}));
  EXPECT_EQ(store_.cluster_of(model, 1), 0U);
  EXPECT_FALSE(store_.cluster_of(model, 9).has_value());
  EXPECT_TRUE(store_.places_without_cluster(model).empty());
  EXPECT_EQ(store_.clusters_with_items(model), (std::vector<bool>{true, true}));
  EXPECT_EQ(store_.centroids(model), (std::vector<float>{0.5F, 2.5F}));
  EXPECT_EQ(store_.places_of(std::vector<std::int64_t>{3, 9, 1}),
            (Places{{.pack = 1, .record = 0}, {.pack = 1, .record = 2}}));
}

TEST_F(HolesTest, ARowThatDoesNotFitThePacksIsTold) {
  auto transaction = store_.begin();
  store_.remove_item("b");
  transaction.commit();
  {
    Database database(file_, OpenMode::kExisting);
    database.execute("DELETE FROM holes");
  }
  const auto problems = store_.check();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].where, "shop.db: pack 1");
}

}  // namespace
}  // namespace likeness
