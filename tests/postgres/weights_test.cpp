// likeness recommend postgresql://... --weight: the shop's own answers, exactly and by a graph of
// each part.
#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "likeness/postgres/recommend_published.hpp"
#include "likeness/shop/active_latents.hpp"
#include "tests/postgres/parts_shop.hpp"

namespace likeness {
namespace {

class WeightsTest : public PartsShop {
 protected:
  void publish_many(const Words& options = {}) const {
    Words words{"publish", "many", address()};
    words.insert(words.end(), options.begin(), options.end());
    EXPECT_EQ(run(words).exit_code, 0);
  }
  [[nodiscard]] std::string refusal(int code, const std::string& weights) const {
    return complaint(code, {"recommend", address(), "--item", "0001", "--weight", weights});
  }
  [[nodiscard]] std::int64_t part_graphs() const {
    return number("SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%hnsw%subvector%'");
  }
};

TEST_F(WeightsTest, AnswersAsTheShop) {
  publish_many();
  for (const char* weights : {"shape=0", "colour=0", "colour=2", "shape=0.25,colour=3", "shape=7",
                              "shape=1,colour=1", "colour=1000", "colour=0.001"}) {
    expect_same({"--item", "0001", "--weight", weights, "--count", "12"});
    expect_same({"--item", "0017", "--item", "0009", "--unlike", "0012", "--weight", weights});
    expect_same({"--item", "0005", "--weight", weights, "--where", "colour=red", "--count", "300"});
  }
  expect_same({"--item", "0001", "--weight", "colour=2", "--diversity", "0.7"});
  expect_same({"--item", "0001", "--weight", "colour=2", "--relevance", "0.97", "--count", "50"});
}

TEST_F(WeightsTest, AnswersWithinAClusterAsTheShop) {
  ASSERT_EQ(run({"cluster", "many", "--clusters", "5"}).exit_code, 0);
  publish_many();
  for (const char* weights : {"shape=0", "colour=3"}) {
    expect_same({"--item", "0001", "--by", "clusters", "--weight", weights});
    expect_same({"--item", "0001", "--item", "0030", "--by", "clusters", "--weight", weights});
  }
}

TEST_F(WeightsTest, IsEvaluatedAsTheShop) {
  publish_many();
  const auto measured = [this](const std::string& where) {
    const Json evaluation = run_json({"evaluate", where, "--by", "colour", "--weight", "shape=0.25",
                                      "--models-only", "--quiet"});
    return evaluation.at("methods").array().front().at("by").dump();
  };
  EXPECT_EQ(measured(address()), measured("many"));
}

// All that are near by one of the graphs, ordered exactly: here by everything that there is.
TEST_F(WeightsTest, TheGraphsOfPartsFindWhatIsNearByThem) {
  publish_many({"--weights", "--partitions", "3"});
  EXPECT_EQ(part_graphs(), 3 * 2);
  Postgres database(address());
  Postgres* const one = &database;
  const PublishedTogether published(std::span(&one, 1));
  const Store store = open_store({.folder = path("many")});
  const ActiveLatents home = active_latents(store, {.folder = path("many")});
  const std::vector<Part> parts = published.parts();
  ASSERT_EQ(parts.size(), 2U);  // what lies side by side and has one name is one
  const auto items = store.items();
  std::size_t found = 0;
  for (std::size_t query = 0; query < 20; ++query) {
    const auto row = home.rows().row(query);
    const Published::Wanted wanted{.query = row,
                                   .count = 40,
                                   .weighing = {.parts = parts, .weights = {1.0, 3.0}},
                                   .exact_weighted = 0.0};
    const auto rows = published.nearest(wanted, published.where({}));
    EXPECT_GT(rows.size(), 40U);
    EXPECT_LE(rows.size(), 120U);
    std::vector<std::pair<double, std::string>> exact;
    for (std::size_t i = 0; i < kItems; ++i) {
      double square = 0.0;
      for (std::size_t d = 0; d < row.size(); ++d) {
        const double difference = double{row[d]} - double{home.rows().row(i)[d]};
        square += difference * difference * (d < 5 ? 1.0 : 9.0);
      }
      exact.emplace_back(square, items[i].key);
    }
    std::ranges::sort(exact);
    for (std::size_t i = 0; i < 10; ++i) {
      found +=
          static_cast<std::size_t>(std::ranges::count(rows, exact[i].second, &PublishedRow::key));
    }
  }
  EXPECT_GE(found, 190U);  // of 200
}

TEST_F(WeightsTest, AModelAfterOneWithGraphsOfPartsHasThemToo) {
  publish_many();
  EXPECT_EQ(part_graphs(), 0);
  publish_many({"--weights"});
  EXPECT_EQ(part_graphs(), 4);
  publish_many();
  put_parts_model("other", 2);
  publish_many();
  EXPECT_EQ(part_graphs(), 4);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.parts WHERE have_graphs"), 1);
  expect_same({"--item", "0001", "--weight", "colour=2"});
}

TEST_F(WeightsTest, RefusesWhatCannotBeWeighed) {
  publish_many();
  EXPECT_TRUE(contains(refusal(2, "fabric=1"), "it has shape and colour"));
  EXPECT_TRUE(contains(refusal(2, "shape=0,colour=0"), "leaves nothing to compare"));
  EXPECT_TRUE(contains(refusal(2, "shape=1e9"), "out of range"));
  put_parts_model("plain", 2, {});
  EXPECT_TRUE(contains(complaint(2, {"publish", "many", address(), "--weights"}),
                       "--weights is of no use with plain, which has no parts"));
  publish_many();
  EXPECT_TRUE(contains(refusal(2, "shape=2"), "which has no parts"));
}

TEST_F(WeightsTest, SaysThatAnOlderPublicationDoesNotKnowTheParts) {
  publish_many();
  Postgres database(address());
  database.execute("DROP TABLE likeness.parts, likeness.pairs");
  const std::string line = refusal(1, "shape=2");
  EXPECT_TRUE(contains(line, "nobody wrote there what parts the latents of parts have")) << line;
  EXPECT_TRUE(contains(line, "write it by `likeness publish SHOP postgresql://...`")) << line;
  EXPECT_EQ(run({"recommend", address(), "--item", "0001"}).exit_code, 0);
  publish_many();
  expect_same({"--item", "0001", "--weight", "colour=2"});
}

TEST_F(WeightsTest, WhatTheDatabaseSaysOfPartsIsNotBelieved) {
  publish_many();
  Postgres database(address());
  for (const char* parts :
       {"[]", R"([{"name": "shape", "size": 9}])", R"([{"name": "shape", "size": -1}])", "{}",
        R"([{"name": 3, "size": 8}])",
        R"([{"name": "shape", "size": 7}, {"name": "colour", "size": 2}])"}) {
    (void)database.ask("UPDATE likeness.parts SET parts = $1::jsonb", {parts});
    EXPECT_NE(run({"recommend", address(), "--item", "0001", "--weight", "shape=2"}).exit_code, 0)
        << parts;
  }
}

// Of more items than are compared one by one.
TEST_F(WeightsTest, ManyItemsNeedAGraphOfEachPart) {
  publish_many();
  Postgres(address()).execute("UPDATE likeness.published SET items = 210300");
  const std::string line = refusal(1, "shape=2");
  EXPECT_TRUE(contains(line,
                       "parts of 210,300 items cannot be weighed without a graph of each "
                       "part"))
      << line;
  EXPECT_TRUE(contains(line, "make them by `likeness publish SHOP postgresql://... --weights`"));
}

}  // namespace
}  // namespace likeness
