#include <gtest/gtest.h>

#include <numeric>

#include "likeness/base/error.hpp"
#include "tests/store/store_fixture.hpp"

namespace likeness {
namespace {

using ModelsTest = StoreFixture;

TEST_F(ModelsTest, ExactlyOneModelIsActive) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto first = add_model(store, "first", latents(1, {1, 2}, {0.25F, -1}));
  const auto second = add_model(store, "second", latents(2, {3}, {7, 8}));
  EXPECT_EQ(active_name(store), "second");
  auto transaction = store.begin();
  store.activate_model(first);
  transaction.commit();
  EXPECT_EQ(active_name(store), "first");
  EXPECT_EQ(store.tabled_latents(first).values, (std::vector<float>{0.25F, -1}));
  EXPECT_EQ(store.tabled_latents(second).items, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(store.models().at(1).latents, 1U);
  EXPECT_FALSE(store.find_model("third"));
  EXPECT_TRUE(store.check().empty());
}

TEST_F(ModelsTest, SwitchingIsUndoneWithItsTransaction) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  add_model(store, "first", latents(1, {1, 2}, {1, 2}));
  {
    auto transaction = store.begin();
    const auto second = store.put_model(model("second", 1));
    store.put_latent_file(second, {.pack = 1, .file = "second/000001.latents", .count = 1});
    store.activate_model(second);
  }
  EXPECT_EQ(active_name(store), "first");
  EXPECT_FALSE(store.find_model("second"));
}

TEST_F(ModelsTest, TrainingAgainUnderANameForgetsTheOldLatents) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  add_model(store, "m", latents(1, {1, 2, 3}, {1, 2, 3}));
  auto transaction = store.begin();
  const auto again = store.put_model(model("m", 2));
  transaction.commit();
  EXPECT_TRUE(store.tabled_latents(again).items.empty());
  EXPECT_EQ(store.models().size(), 1U);
  EXPECT_TRUE(store.check().empty());
}

TEST_F(ModelsTest, AnIdIsNeverUsedAgain) {
  std::int64_t first = 0;
  {
    Store store(file_, OpenMode::kCreate);
    fill(store);
    first = add_model(store, "m", latents(1, {1}, {1}));
    auto transaction = store.begin();
    EXPECT_GT(store.put_model(model("m", 1)), first);
    transaction.commit();
  }
  Store store(file_, OpenMode::kExisting);
  auto transaction = store.begin();
  EXPECT_GT(store.put_model(model("m", 1)), first + 1);
  EXPECT_THROW(store.put_latent_file(first, {.pack = 1, .file = "m/000001.latents", .count = 1}),
               Error);
  EXPECT_THROW(store.activate_model(first), Error);
}

TEST_F(ModelsTest, ASuccessorTakesThePlaceOfTheModelThatAnsweredInOneTransaction) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto old = add_model(store, "m", latents(1, {1, 2}, {1, 2}));
  StoredModel next = model("m", 2);
  next.successor = true;
  next.weights = "0123456789abcdef";
  auto transaction = store.begin();
  (void)store.put_model(next);
  const auto successor = store.put_model(next);  // replaces the first successor, not the model
  store.put_latent_file(successor, {.pack = 1, .file = "m~2/000001.latents", .count = 1});
  transaction.commit();
  EXPECT_EQ(store.active_model()->id, old);
  EXPECT_EQ(store.models().size(), 1U);
  EXPECT_EQ(store.find_successor("m")->latents, 1U);
  EXPECT_EQ(store.tabled_latents(old).values, (std::vector<float>{1, 2}));

  auto last = store.begin();
  store.activate_model(successor);
  last.commit();
  ASSERT_EQ(store.models().size(), 1U);
  EXPECT_EQ(store.active_model()->id, successor);
  EXPECT_EQ(store.active_model()->weights, "0123456789abcdef");
  EXPECT_TRUE(store.successors().empty());
  EXPECT_TRUE(store.tabled_latents(old).items.empty());
  EXPECT_TRUE(store.check().empty());
}

TEST_F(ModelsTest, LatentsLargerThanAPageComeBackBitForBit) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  StoredLatents large = latents(10'007, {1, 3}, std::vector<float>(20'014));
  std::iota(large.values.begin(), large.values.end(), -0.1F);
  const auto model = add_model(store, "large", large);
  const auto read = store.tabled_latents(model);
  EXPECT_EQ(read.dimensions, large.dimensions);
  EXPECT_EQ(read.items, large.items);
  EXPECT_EQ(read.values, large.values);
}

TEST_F(ModelsTest, ALatentOfTheWrongSizeIsDamage) {
  {
    Store store(file_, OpenMode::kCreate);
    fill(store);
    add_model(store, "m", latents(2, {1}, {1, 2}));
  }
  Database(file_, OpenMode::kExisting).execute("UPDATE latents SET vector = x'00'");
  const Store store(file_, OpenMode::kExisting);
  EXPECT_THROW((void)store.tabled_latents(1), Error);
  EXPECT_EQ(store.check().size(), 2U);  // its checksum and its size
}

TEST_F(ModelsTest, NewClustersReplaceTheOldOnes) {
  Store store(file_, OpenMode::kCreate);
  fill(store);
  const auto model = add_model(store, "m", latents(2, {1, 2, 3}, {0, 0, 1, 1, 9, 9}));
  auto transaction = store.begin();
  store.put_clusters(
      model,
      {.dimensions = 2, .centroids = {0, 0, 1, 1, 9, 9}, .items = {1, 2, 3}, .cluster = {0, 1, 2}});
  store.put_clusters(
      model,
      {.dimensions = 2, .centroids = {0.5F, 0.5F, 9, 9}, .items = {1, 2, 3}, .cluster = {0, 0, 1}});
  transaction.commit();
  const auto clusters = store.clusters(model);
  EXPECT_EQ(clusters.centroids, (std::vector<float>{0.5F, 0.5F, 9, 9}));
  EXPECT_EQ(clusters.items, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(clusters.cluster, (std::vector<std::size_t>{0, 0, 1}));
  EXPECT_TRUE(store.check().empty());
}

TEST_F(ModelsTest, ARunIsUpdatedUnderItsName) {
  Store store(file_, OpenMode::kCreate);
  auto transaction = store.begin();
  store.put_run({.name = "r", .model = "m", .settings = "{\"seed\":1}", .outcome = ""});
  store.put_run(
      {.name = "r", .model = "m", .settings = "{\"seed\":1}", .outcome = "{\"best_epoch\":3}"});
  transaction.commit();
  ASSERT_EQ(store.runs().size(), 1U);
  EXPECT_EQ(store.runs()[0].outcome, "{\"best_epoch\":3}");
  EXPECT_TRUE(store.check().empty());
}

}  // namespace
}  // namespace likeness
