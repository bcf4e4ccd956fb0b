// likeness publish, into a real PostgreSQL.
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "tests/postgres/database_shop.hpp"

namespace likeness {
namespace {

class PublishTest : public DatabaseShop {
 protected:
  void tag_all(const std::string& colour) const {
    std::string table = "id,colour\n";
    for (int i = 1; i <= 12; ++i) {
      table += (i < 10 ? "000" : "00") + std::to_string(i) + "," + colour + "\n";
    }
    write("more.csv", table);
    ASSERT_EQ(run({"pack", "shop", "pictures", "--tags", "more.csv", "--key", "id"}).exit_code, 0);
  }
  // Of twelve items that all have this colour.
  static std::string all(const std::string& colour) {
    std::string rows;
    for (int i = 1; i <= 12; ++i) {
      rows += (i == 1 ? "" : " ") + std::string(i < 10 ? "000" : "00") + std::to_string(i) + ":" +
              colour + (i <= 6 ? ",shirt" : "");
    }
    return rows;
  }
  // Publishes what `change(i)` made, killed later and later: what is answered then is `before` or
  // `after` as a whole, and the next run ends well.
  template <typename Change>
  void kill_later_and_later(const Change& change) const {
    constexpr int kKills = 20;
    const auto start = std::chrono::steady_clock::now();
    std::string before = change(kKills);
    (void)publish();
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(rows(), before);
    int early = 0;
    for (int i = 0; i < kKills; ++i) {
      const std::string after = change(i);
      const auto time =
          std::chrono::microseconds(static_cast<int>(whole.count() * 1e6 * i / kKills));
      (void)run_for(time, SIGKILL, {"publish", "shop", address()});
      const std::string now = rows();
      EXPECT_TRUE(now == before || now == after) << now;
      early += now == before ? 1 : 0;
      (void)publish();
      EXPECT_EQ(rows(), after);
      EXPECT_EQ(publish(), "0 0 12");
      before = after;
    }
    EXPECT_GT(early, 0) << "it was never killed early";
  }
  void divide() const;
};

TEST_F(PublishTest, WritesAllAndThenOnlyWhatIsNewChangedOrRemoved) {
  put_known_model("line", line(10), "1");
  EXPECT_EQ(publish(), "10 0 0");
  EXPECT_EQ(rows(),
            "0001:green,shirt 0002:blue,shirt 0003:red,shirt 0004:green,shirt 0005:blue,shirt "
            "0006:red,shirt 0007:green 0008:blue 0009:red 0010:green");
  EXPECT_EQ(publish(), "0 0 10");
  put_known_model("line", line(12), "1");
  EXPECT_EQ(publish(), "2 0 10");
  ASSERT_EQ(run({"remove", "shop", "0005", "0007"}).exit_code, 0);
  EXPECT_EQ(publish(), "0 2 10");
  write("more.csv", "id,colour\n0001,white\n");
  ASSERT_EQ(run({"pack", "shop", "pictures", "--tags", "more.csv", "--key", "id"}).exit_code, 0);
  EXPECT_EQ(publish(), "1 0 9");
  EXPECT_TRUE(contains(rows(), "0001:white,shirt 0002:blue,shirt 0003"));
  EXPECT_EQ(number("SELECT items FROM likeness.published"), 10);
}

TEST_F(PublishTest, HasTheLatentsInHalfPrecision) {
  StoredLatents latents = line(12);
  latents.values.at(0) = 0.1F;
  latents.values.at(1) = -3.0F;
  put_known_model("line", latents, "1");
  EXPECT_EQ(publish(), "12 0 0");
  Postgres database(address());
  const auto vec = database.ask("SELECT vec::text FROM likeness.item_1 WHERE key = '0001'");
  EXPECT_EQ(vec.text(0, 0), "[0.099975586,-3]");
  EXPECT_EQ(number("SELECT count(*) FROM pg_indexes WHERE schemaname = 'likeness' AND indexdef "
                   "LIKE '%hnsw (vec halfvec_l2_ops) WITH (m=''16'', ef_construction=''64'')'"),
            2);
}

TEST_F(PublishTest, ANewModelTakesThePlaceOfTheOldOneWithItsTable) {
  EXPECT_EQ(publish(), "12 0 0");
  put_known_model("other", line(11), "2");
  EXPECT_EQ(publish(), "11 0 0");
  EXPECT_EQ(number("SELECT count(*) FROM likeness.model"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM pg_class WHERE relname LIKE 'item_1%'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.item_2"), 11);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.published"), 1);
}

// Whose key was that of the whole table.
TEST_F(PublishTest, GoesOnWithATableOfAnEarlierVersion) {
  std::filesystem::copy(path("shop"), path("part"), std::filesystem::copy_options::recursive);
  EXPECT_EQ(publish(), "12 0 0");
  Postgres(address()).execute(
      "ALTER TABLE likeness.item_1_0 DROP CONSTRAINT item_1_0_pkey;"
      "ALTER TABLE likeness.item_1_1 DROP CONSTRAINT item_1_1_pkey;"
      "ALTER TABLE likeness.item_1 ADD PRIMARY KEY (key)");
  tag_all("white");
  EXPECT_EQ(publish(), "12 0 0");
  EXPECT_EQ(rows(), all("white"));
  EXPECT_TRUE(contains(complaint(1, {"publish", "part", address()}), "is published from the shop"));
  EXPECT_EQ(run_json({"recommend", address(), "--item", "0001", "--count", "12"})
                .at("results")
                .array()
                .size(),
            11U);
  put_known_model("other", line(11), "2");
  EXPECT_EQ(publish(), "11 0 0");
  EXPECT_EQ(number("SELECT count(*) FROM pg_class WHERE relname LIKE 'item_1%'"), 0);
}

TEST_F(PublishTest, SeveralShopsShareADatabaseAndNotAKey) {
  ASSERT_EQ(run({"model", "list", "shop"}).exit_code, 0);
  std::filesystem::copy(path("shop"), path("part"), std::filesystem::copy_options::recursive);
  EXPECT_EQ(publish(), "12 0 0");
  const std::string before = rows();
  const std::string line = complaint(1, {"publish", "part", address()});
  EXPECT_TRUE(contains(line, "0001: is published from the shop shop already")) << line;
  EXPECT_EQ(rows(), before);
  // The other one keeps what this one gives away.
  for (const char* key : {"0001", "0002", "0003", "0004", "0005", "0006"}) {
    ASSERT_EQ(run({"remove", "part", key}).exit_code, 0);
    ASSERT_EQ(run({"remove", "shop", key == std::string("0001") ? "0012" : key}).exit_code, 0);
  }
  EXPECT_TRUE(contains(complaint(1, {"publish", "part", address()}), "0007: is published from"));
  for (const char* key : {"0007", "0008", "0009", "0010", "0011"}) {
    ASSERT_EQ(run({"remove", "part", key}).exit_code, 0);
  }
  EXPECT_EQ(publish(), "0 6 6");
  EXPECT_EQ(publish("part"), "1 0 0");
  EXPECT_EQ(number("SELECT count(*) FROM likeness.item_1"), 7);
  EXPECT_EQ(publish(), "0 0 6");
}

TEST_F(PublishTest, TheOldModelAnswersUntilEachShopIsPublishedByTheNewOne) {
  std::filesystem::copy(path("shop"), path("part"), std::filesystem::copy_options::recursive);
  ASSERT_EQ(run({"remove", "shop", "0012"}).exit_code, 0);
  for (int i = 1; i <= 11; ++i) {
    ASSERT_EQ(run({"remove", "part", (i < 10 ? "000" : "00") + std::to_string(i)}).exit_code, 0);
  }
  EXPECT_EQ(publish(), "11 0 0");
  EXPECT_EQ(publish("part"), "1 0 0");
  put_known_model("other", line(12), "2");
  const Outcome waiting = run({"publish", "shop", address()});
  EXPECT_EQ(waiting.exit_code, 0);
  EXPECT_TRUE(contains(waiting.out, "until these are published by this one: part")) << waiting.out;
  EXPECT_EQ(number("SELECT count(*) FROM likeness.item_1"), 12);
  std::filesystem::remove_all(path("kept"));
  std::filesystem::rename(path("shop"), path("kept"));
  std::filesystem::rename(path("part"), path("shop"));
  put_known_model("other", line(12), "2");
  EXPECT_EQ(publish(), "1 0 0");
  EXPECT_EQ(number("SELECT count(*) FROM likeness.item_2"), 12);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.model"), 1);
}

// The catalogue of twelve in six shops of two items each: part-0, part-1 ...
void PublishTest::divide() const {
  for (int part = 0; part < 6; ++part) {
    const std::string name = "part-" + std::to_string(part);
    std::filesystem::copy(path("shop"), path(name), std::filesystem::copy_options::recursive);
    Words remove = {"remove", name};
    for (int i = 1; i <= 12; ++i) {
      if (i % 6 != part) remove.push_back((i < 10 ? "000" : "00") + std::to_string(i));
    }
    ASSERT_EQ(run(remove).exit_code, 0);
  }
}

TEST_F(PublishTest, ANewModelAnswersWhenSoManyShopsHaveIt) {
  divide();
  const Outcome first = run({"publish", "part-0", address(), "--shops", "3"});
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_TRUE(contains(first.out, "until 2 more shops are published")) << first.out;
  const Json again = run_json({"publish", "part-0", address(), "--shops", "3"});
  EXPECT_EQ(again.at("missing_shops").integer(), 2);
  EXPECT_EQ(again.at("unchanged").integer(), 2);
  EXPECT_EQ(
      run_json({"publish", "part-1", address(), "--shops", "3"}).at("missing_shops").integer(), 1);
  EXPECT_EQ(rows(), "none");
  EXPECT_EQ(number("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"), 0);
  EXPECT_EQ(
      run_json({"publish", "part-2", address(), "--shops", "3"}).at("missing_shops").integer(), 0);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.item_1"), 6);
  EXPECT_NE(rows(), "none");
  EXPECT_EQ(number("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"), 2);
  EXPECT_TRUE(contains(complaint(2, {"publish", "shop", address(), "--shops", "0"}),
                       "--shops 0 is out of range"));
}

TEST_F(PublishTest, ShopsThatEndAtOnceAreIndexedOnce) {
  divide();
  std::vector<std::jthread> shops;
  shops.reserve(6);
  for (int part = 0; part < 6; ++part) {
    shops.emplace_back([this, part] {
      const Outcome told =
          run({"publish", "part-" + std::to_string(part), address(), "--shops", "6"});
      EXPECT_EQ(told.exit_code, 0) << told.err;
    });
  }
  shops.clear();
  EXPECT_EQ(number("SELECT count(*) FROM likeness.item_1"), 12);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.model WHERE state = 'active'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"), 2);
}

TEST_F(PublishTest, KilledAtAnyMomentItLeavesTheOldAnswersOrTheNewOnes) {
  kill_later_and_later([this](int i) {
    const std::string colour = i % 2 == 0 ? "red" : "blue";
    tag_all(colour);
    return all(colour);
  });
}

TEST_F(PublishTest, ANewModelKilledAtAnyMomentLeavesTheOldAnswersOrTheNewOnes) {
  kill_later_and_later([this](int i) {
    const std::string colour = i % 2 == 0 ? "red" : "blue";
    tag_all(colour);
    put_known_model("model", line(12), std::to_string(i + 1));
    return all(colour);
  });
  EXPECT_EQ(number("SELECT count(*) FROM likeness.model"), 1);
}

TEST_F(PublishTest, RefusesWhatCannotBeWithOneLine) {
  EXPECT_TRUE(contains(complaint(1, {"publish", "shop", "nowhere"}), "the address is none: give"));
  EXPECT_TRUE(contains(complaint(1, {"publish", "shop", "postgresql:///x?host=/nonexistent"}),
                       "PostgreSQL at /nonexistent, database x: "));
  EXPECT_TRUE(contains(complaint(1, {"publish", "nothing", address()}), "nothing"));
  EXPECT_TRUE(contains(complaint(2, {"publish", "shop", address(), "--partitions", "0"}),
                       "--partitions 0 is out of range"));
  put_model("unknown", line(12));
  EXPECT_TRUE(contains(complaint(1, {"publish", "shop", address()}),
                       "made by an older likeness, which did not keep by which weights"));
}

TEST_F(PublishTest, SaysWhatItMayNotDo) {
  Postgres database(address());
  database.execute(
      "CREATE EXTENSION vector; DROP ROLE IF EXISTS visitor; CREATE ROLE visitor LOGIN");
  std::string visitor = address();
  visitor.replace(visitor.find("user=postgres"), 13, "user=visitor");
  const std::string line = complaint(1, {"publish", "shop", visitor});
  EXPECT_TRUE(contains(line, "permission denied for database")) << line;
}

TEST_F(PublishTest, SaysThatAStandbyTakesNoChanges) {
  Postgres database(address());
  const auto name = database.ask("SELECT current_database()::text").text(0, 0);
  database.execute("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
  EXPECT_TRUE(contains(complaint(1, {"publish", "shop", address()}),
                       "takes no changes, as a standby does: publish into its primary"));
}

TEST_F(PublishTest, NeedsNothingButItsOwnSchema) {
  Postgres database(address());
  database.execute(
      "CREATE EXTENSION vector; DROP ROLE IF EXISTS publisher; CREATE ROLE publisher LOGIN;"
      "CREATE SCHEMA likeness AUTHORIZATION publisher");
  std::string publisher = address();
  publisher.replace(publisher.find("user=postgres"), 13, "user=publisher");
  EXPECT_EQ(run({"publish", "shop", publisher}).exit_code, 0);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.item_1"), 12);
}

}  // namespace
}  // namespace likeness
