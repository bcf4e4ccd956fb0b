// A model's table of which a partition lies on a second server, by postgres_fdw: the same answers,
// and publications that go through it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "likeness/postgres/publish.hpp"
#include "tests/postgres/parts_shop.hpp"
#include "tests/postgres/second_server.hpp"
#include "tests/web/running_service.hpp"

namespace likeness {
namespace {

class ForeignTest : public PartsShop {
 protected:
  using PartsShop::PartsShop;

  void SetUp() override {
    if (second_server_address().empty()) GTEST_SKIP() << "there is one server";
  }
  [[nodiscard]] SecondServer divide() const {
    EXPECT_EQ(run({"publish", "many", address()}).exit_code, 0);
    SecondServer second(address());
    second.take_partition();
    return second;
  }
  // So many items lie on each server.
  static std::int64_t rows_there(const SecondServer& second) {
    return Postgres(second.address()).ask("SELECT count(*) FROM likeness.item_1_1").integer(0, 0);
  }
  [[nodiscard]] std::int64_t rows_here() const {
    return number("SELECT count(*) FROM likeness.item_1_0");
  }
  // Each second item becomes white.
  void whiten_half() const {
    std::string table = "id,colour\n";
    for (std::size_t i = 2; i <= kItems; i += 2) table += fmt::format("{:04},white\n", i);
    write("more.csv", table);
    ASSERT_EQ(run({"pack", "many", "many-pictures", "--tags", "more.csv", "--key", "id"}).exit_code,
              0);
  }
};

class ManyForeignTest : public ForeignTest {
 protected:
  static constexpr std::size_t kMany = 4000;  // more than are compared one by one
  ManyForeignTest() : ForeignTest({.items = kMany, .pictures = 10}) {}

  [[nodiscard]] std::vector<std::string> found(const std::string& place, std::string key,
                                               const Words& options) const {
    Words words{"recommend", place, "--item", std::move(key), "--count", "10"};
    words.insert(words.end(), options.begin(), options.end());
    auto keys = keys_of(run_json(words));
    std::ranges::sort(keys);
    return keys;
  }
  // The share of what the shop finds, by all items, that the database finds as well.
  [[nodiscard]] double recall(const Words& options) const {
    constexpr int kQuestions = 25;
    std::size_t same = 0;
    for (int i = 0; i < kQuestions; ++i) {
      const std::string key = std::to_string(1000 + 113 * i);
      const auto wanted = found("many", key, options);
      const auto there = found(address(), key, options);
      EXPECT_EQ(there.size(), 10U);
      std::vector<std::string> both;
      std::ranges::set_intersection(wanted, there, std::back_inserter(both));
      same += both.size();
    }
    return static_cast<double>(same) / (10.0 * kQuestions);
  }
};

// Statistics come when a server has time.
void wait_for_more_scans(Postgres& database, std::int64_t than) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto scans = [&database] {
    return database.ask("SELECT pg_stat_get_numscans('likeness.item_1_1_graph'::regclass)")
        .integer(0, 0);
  };
  while (scans() <= than && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_GT(scans(), than);
}

TEST_F(ManyForeignTest, AnswersAsOneServer) {
  ASSERT_EQ(run({"publish", "many", address()}).exit_code, 0);
  const Words evaluate{"evaluate", address(), "--by", "colour"};
  const std::string measured = run_json(evaluate).at("methods").dump();
  const SecondServer second(address());
  second.take_partition();
  EXPECT_EQ(rows_here() + rows_there(second), 4000);
  EXPECT_GT(rows_here(), 1500);
  EXPECT_GT(rows_there(second), 1500);
  EXPECT_EQ(run_json(evaluate).at("methods").dump(), measured);

  EXPECT_GE(recall({}), 0.98);
  EXPECT_GE(recall({"--where", "colour=red", "--where", "colour=green"}), 0.98);
  EXPECT_EQ(recall({"--where", "shelf=7"}), 1.0);  // of 40 items
  Postgres there(second.address());
  wait_for_more_scans(there, 40);
  for (const char* key : {"0001", "0002", "0003", "0004"}) {
    expect_same({"--item", key, "--where", "shelf=7", "--count", "40"});
    expect_same(
        {"--item", key, "--where", "shelf=7", "--where", "colour=red", "--diversity", "0.7"});
    expect_same({"--item", key, "--weight", "colour=3"});
  }
}

// What is fetched does not grow with what is there.
TEST_F(ManyForeignTest, FetchesFewRows) {
  const SecondServer second = divide();
  Postgres database(address());
  database.execute("SET enable_seqscan = off; SET enable_sort = off");
  const auto plan = database.ask(
      "EXPLAIN (ANALYZE, VERBOSE, TIMING off, COSTS off) SELECT key, vec FROM likeness.item_1 "
      "WHERE tags && '{1,2}' ORDER BY vec <-> '[1,2,3,4,5,6,7,8]'::halfvec(8) LIMIT 20");
  std::string text;
  for (std::size_t i = 0; i < plan.rows(); ++i) text += plan.text(i, 0) + "\n";
  EXPECT_TRUE(contains(text, "Merge Append")) << text;
  EXPECT_TRUE(contains(text, "ORDER BY (vec OPERATOR(public.<->) ")) << text;
  const auto foreign = text.find("Foreign Scan on likeness.item_1_1");
  ASSERT_NE(foreign, std::string::npos) << text;
  const auto rows = text.find("rows=", foreign);
  EXPECT_LE(std::stoi(text.substr(rows + 5)), 20) << text;
}

TEST_F(ForeignTest, IsPublishedThroughTheFirst) {
  const SecondServer second = divide();
  EXPECT_EQ(publish("many"), "0 0 300");
  whiten_half();
  EXPECT_EQ(publish("many"), "150 0 150");
  for (const char* key : {"0001", "0002", "0003", "0004"}) {
    ASSERT_EQ(run({"remove", "many", key}).exit_code, 0);
  }
  const auto before = rows_here() + rows_there(second);
  EXPECT_EQ(publish("many"), "0 4 296");
  EXPECT_EQ(rows_here() + rows_there(second), before - 4);
  for (const char* key : {"0005", "0006", "0007", "0008"}) {
    expect_same({"--item", key, "--where", "colour=white", "--count", "300"});
    expect_same({"--item", key, "--weight", "shape=2"});
  }
}

TEST_F(ForeignTest, LeavesIndexesToWhereTheRowsLie) {
  const SecondServer second = divide();
  ASSERT_EQ(run({"publish", "many", address(), "--weights"}).exit_code, 0);
  EXPECT_EQ(number("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%subvector%'"), 2);
  expect_same({"--item", "0001", "--weight", "colour=2", "--count", "300"});
}

TEST_F(ForeignTest, AKeyStandsOnceOnAllServers) {
  std::filesystem::copy(path("many"), path("part"), std::filesystem::copy_options::recursive);
  const SecondServer second = divide();
  const auto before = rows_here() + rows_there(second);
  const std::string line = complaint(1, {"publish", "part", address()});
  EXPECT_TRUE(contains(line, "is published from the shop many already")) << line;
  EXPECT_EQ(rows_here() + rows_there(second), before);
}

TEST_F(ForeignTest, AnotherModelTakesThePlaceOfOneOnSeveralServers) {
  const SecondServer second = divide();
  put_parts_model("other", 2);
  EXPECT_EQ(publish("many"), "300 0 0");
  EXPECT_EQ(number("SELECT count(*) FROM pg_class WHERE relname LIKE 'item_1%'"), 0);
  expect_same({"--item", "0001", "--count", "300"});
}

// A model's partitions are moved while one shop of two is there; the other one's rows go there.
TEST_F(ForeignTest, AModelBeginsToAnswerOnSeveralServers) {
  std::filesystem::copy(path("many"), path("part"), std::filesystem::copy_options::recursive);
  Words remove_here{"remove", "many"};
  Words remove_there{"remove", "part"};
  for (std::size_t i = 1; i <= kItems; ++i) {
    (i <= kItems / 3 ? remove_there : remove_here).push_back(fmt::format("{:04}", i));
  }
  ASSERT_EQ(run(remove_here).exit_code, 0);
  ASSERT_EQ(run(remove_there).exit_code, 0);
  const auto publish_one_of_two = [this](const std::string& shop) {
    return run_json({"publish", shop, address(), "--shops", "2"}).at("missing_shops").integer();
  };
  EXPECT_EQ(publish_one_of_two("many"), 1);
  const SecondServer second(address());
  second.take_partition();
  const auto moved = rows_there(second);
  EXPECT_EQ(rows(), "none");
  EXPECT_EQ(publish_one_of_two("part"), 0);
  EXPECT_GT(rows_there(second), moved + 50);
  EXPECT_EQ(rows_here() + rows_there(second), 300);
  EXPECT_EQ(run_json({"recommend", address(), "--item", "0001", "--count", "300"})
                .at("results")
                .array()
                .size(),
            299U);
}

TEST_F(ForeignTest, NothingIsAnsweredOrChangedWhileTheSecondIsAway) {
  const SecondServer second = divide();
  const std::string rows_before = rows();
  whiten_half();
  second.go_away();
  const std::string line = complaint(1, {"recommend", address(), "--item", "0001"});
  EXPECT_TRUE(contains(line, "could not connect to server \"second\"")) << line;
  EXPECT_TRUE(contains(complaint(1, {"publish", "many", address()}),
                       "could not connect to server \"second\""));
  second.come_back();
  EXPECT_EQ(rows(), rows_before);
  EXPECT_EQ(publish("many"), "150 0 150");
  expect_same({"--item", "0001", "--where", "colour=white"});
}

// As when the first server ends after the second one's part of a publication is done.
TEST_F(ForeignTest, PublishingAgainMendsAPublicationThatOneServerHas) {
  const SecondServer second = divide();
  Postgres database(address());
  database.execute("CREATE TABLE before AS SELECT * FROM likeness.item_1_0");
  whiten_half();
  const std::int64_t of_first =
      number("SELECT count(*) FROM likeness.item_1_0 WHERE key::int % 2 = 0");
  EXPECT_EQ(publish("many"), "150 0 150");
  database.execute(
      "DELETE FROM likeness.item_1_0; INSERT INTO likeness.item_1_0 SELECT * FROM before");
  EXPECT_EQ(run_json({"recommend", address(), "--item", "0001", "--count", "300"})
                .at("results")
                .array()
                .size(),
            299U);
  EXPECT_EQ(publish("many"), fmt::format("{} 0 {}", of_first, 300 - of_first));
  expect_same({"--item", "0001", "--where", "colour=white", "--count", "300"});
}

class ForeignServiceTest : public ServiceTest {
 protected:
  void SetUp() override {
    if (second_server_address().empty()) GTEST_SKIP() << "there is one server";
  }
};

TEST_F(ForeignServiceTest, Answers503UntilTheSecondServerIsBack) {
  make();
  train_model("small", 4);
  const std::string database = new_database();
  (void)publish({.files = files(), .address = database}, work_);
  const SecondServer second(database);
  second.take_partition();
  serve({.files = files(), .search = database});
  const std::string similar = "/api/v1/items/0001/similar?count=11";
  const std::string before = get(similar).dump();
  EXPECT_EQ(keys_of(parse_json(before, "answer")).size(), 11U);
  second.go_away();
  const Json refused = get(similar, 503);
  EXPECT_EQ(refused.dump().find("test_"), std::string::npos) << refused.dump();
  second.come_back();
  EXPECT_EQ(get(similar).dump(), before);
}

}  // namespace
}  // namespace likeness
