// likeness recommend postgresql://...: what a shop says of itself, its database says, too.
#include <filesystem>
#include <string>

#include "tests/postgres/database_shop.hpp"

namespace likeness {
namespace {

class RecommendPublishedTest : public DatabaseShop {
 protected:
  // Expects the same JSON and the same lines of both.
  void expect_same(const Words& options) const {
    Words home{"recommend", "shop"};
    Words there{"recommend", address()};
    home.insert(home.end(), options.begin(), options.end());
    there.insert(there.end(), options.begin(), options.end());
    EXPECT_EQ(run_json(there).dump(), run_json(home).dump());
    EXPECT_EQ(run(there).out, run(home).out);
  }
};

TEST_F(RecommendPublishedTest, AnswersAsTheShop) {
  (void)publish();
  expect_same({"--item", "0001", "--count", "3"});
  expect_same({"--item", "0006", "--count", "500"});
  expect_same({"--item", "0006", "--item", "0009", "--unlike", "0012"});
  expect_same({"--item", "0001", "--count", "4", "--diversity", "0.7"});
  expect_same({"--item", "0001", "--relevance", "0.5"});
  expect_same({"--item", "0001", "--where", "colour=red", "--where", "colour=blue"});
  expect_same({"--item", "0001", "--where", "colour=red", "--where", "kind=shirt"});
}

TEST_F(RecommendPublishedTest, AnswersWithinAClusterAsTheShop) {
  ASSERT_EQ(run({"cluster", "shop", "--clusters", "3"}).exit_code, 0);
  (void)publish();
  for (const char* key : {"0001", "0006", "0012"}) expect_same({"--item", key, "--by", "clusters"});
  expect_same({"--item", "0001", "--item", "0012", "--by", "clusters"});
}

// What an evaluation says of the model: all but how long describing takes, which is the shop's.
std::string measures_of(const Json& evaluation) {
  std::string text = evaluation.at("queries").dump() + " " + evaluation.at("gallery").dump();
  for (const Json& method : evaluation.at("methods").array()) {
    for (const char* name :
         {"name", "kind", "dimensions", "by", "clusters", "coverage", "hubness"}) {
      text += " " + method.at(name).dump();
    }
  }
  return text + evaluation.at("comparisons").dump();
}

TEST_F(RecommendPublishedTest, IsEvaluatedAsTheShop) {
  write("sizes.csv", "id,size\n0001,s\n0002,m\n0003,s\n0004,m\n0005,s\n0008,m\n0009,s\n0012,m\n");
  ASSERT_EQ(run({"pack", "shop", "pictures", "--tags", "sizes.csv", "--key", "id"}).exit_code, 0);
  (void)publish();
  for (const Words& options : {Words{"--by", "colour"}, Words{"--by", "colour", "--by", "size"},
                               Words{"--by", "colour", "--where", "kind=shirt"}}) {
    Words home{"evaluate", "shop", "--models-only"};
    Words there{"evaluate", address()};
    home.insert(home.end(), options.begin(), options.end());
    there.insert(there.end(), options.begin(), options.end());
    const Json evaluation = run_json(there);
    EXPECT_EQ(measures_of(evaluation), measures_of(run_json(home)));
    EXPECT_TRUE(contains(evaluation.at("notes").dump(), "baselines: left out"));
  }
  const auto ask = [this](Words options, int code) {
    options.insert(options.begin(), {"evaluate", address()});
    return complaint(code, options);
  };
  EXPECT_TRUE(contains(ask({"--by", "color"}, 1), "did you mean colour?"));
  EXPECT_TRUE(contains(ask({"--by", "colour", "--model", "other"}, 1), "which is line"));
  EXPECT_TRUE(contains(ask({"--by", "colour", "--baselines"}, 2), "needs the pictures"));
  EXPECT_TRUE(contains(ask({"--by", "colour", "--pca", "3"}, 2), "needs the pictures"));
}

// Two databases with half of the items each, and one with all of them.
class RecommendTogetherTest : public RecommendPublishedTest {
 protected:
  RecommendTogetherTest() {
    (void)publish();
    for (const char* half : {"odd", "even"}) {
      std::filesystem::copy(path("shop"), path(half), std::filesystem::copy_options::recursive);
    }
    for (int i = 1; i <= 12; ++i) {
      const std::string key = (i < 10 ? "000" : "00") + std::to_string(i);
      EXPECT_EQ(run({"remove", i % 2 == 0 ? "odd" : "even", key}).exit_code, 0);
    }
    EXPECT_EQ(publish("odd", odd_), "6 0 0");
    EXPECT_EQ(publish("even", even_), "6 0 0");
  }
  void expect_same_together(const Words& options) const {
    Words one{"recommend", address()};
    Words both{"recommend", odd_ + "," + even_};
    one.insert(one.end(), options.begin(), options.end());
    both.insert(both.end(), options.begin(), options.end());
    EXPECT_EQ(found(both), found(one));
  }
  // "0002 1.5 blue,shirt ...": all but the relevance, which is that of one of the shops.
  [[nodiscard]] std::string found(const Words& words) const {
    const Json answer = run_json(words);
    std::string text = std::to_string(answer.at("items").integer());
    for (const Json& one : answer.at("results").array()) {
      text += "\n" + one.at("key").text() + " " + std::to_string(one.at("distance").number()) +
              " " + one.at("tags").dump();
    }
    return text;
  }

  std::string odd_ = new_database();
  std::string even_ = new_database();
};

TEST_F(RecommendTogetherTest, MergesWhatSeveralDatabasesFind) {
  expect_same_together({"--item", "0001", "--count", "3"});
  expect_same_together({"--item", "0006", "--count", "500"});
  expect_same_together({"--item", "0006", "--item", "0009", "--unlike", "0012"});
  expect_same_together({"--item", "0001", "--count", "4", "--diversity", "0.7"});
  expect_same_together({"--item", "0001", "--where", "colour=red", "--where", "colour=blue"});
  expect_same_together({"--item", "0001", "--where", "colour=red", "--where", "kind=shirt"});
}

TEST_F(RecommendTogetherTest, AValueThatOneOfThemLacksIsNoMistake) {
  write("more.csv", "id,colour\n0003,white\n");
  for (const char* shop : {"shop", "odd"}) {
    ASSERT_EQ(
        run({"pack", shop, "pictures/0003.jpg", "--tags", "more.csv", "--key", "id"}).exit_code, 0);
  }
  (void)publish();
  (void)publish("odd", odd_);
  expect_same_together({"--item", "0002", "--where", "colour=white"});
  expect_same_together({"--item", "0002", "--where", "colour=white", "--where", "colour=blue"});
  const Words wrong{"recommend", odd_ + "," + even_, "--item", "0002", "--where", "colour=whit"};
  EXPECT_TRUE(contains(complaint(1, wrong), "did you mean white?"));
}

TEST_F(RecommendTogetherTest, RefusesDatabasesThatDoNotGoTogether) {
  const auto ask = [this](const std::string& both, int code, Words options) {
    options.insert(options.begin(), {"recommend", both});
    return complaint(code, options);
  };
  EXPECT_TRUE(contains(ask(odd_ + "," + address(), 1, {"--item", "0003"}),
                       "0003: is in two of the databases"));
  EXPECT_TRUE(
      contains(ask(odd_ + "," + address(), 1, {"--item", "0002"}), "is in two of the databases"));
  EXPECT_TRUE(contains(ask(odd_ + "," + even_, 1, {"--item", "0003", "--by", "clusters"}),
                       "2 databases are asked"));
  put_known_model("other", line(12), "2");
  (void)publish("shop", even_);
  EXPECT_TRUE(
      contains(ask(odd_ + "," + even_, 1, {"--item", "0003"}), "answers by the model line, and"));
}

TEST_F(RecommendPublishedTest, RefusesWhatItCannotAnswer) {
  const auto ask = [this](Words options, int code) {
    options.insert(options.begin(), {"recommend", address(), "--item", "0001"});
    return complaint(code, options);
  };
  EXPECT_TRUE(contains(ask({}, 1), "no shop was published there yet"));
  (void)publish();
  EXPECT_TRUE(contains(ask({"--distinct"}, 1), "pictures cannot be compared"));
  EXPECT_TRUE(contains(ask({"--weight", "shape=2"}, 1), "nobody wrote there what parts"));
  EXPECT_TRUE(contains(ask({"--item", "none"}, 1), "none: there is no such item in the database"));
  EXPECT_TRUE(contains(ask({"--where", "colour=rad"}, 1), "did you mean red?"));
  EXPECT_TRUE(contains(ask({"--by", "clusters"}, 1), "has no clusters by line yet"));
}

}  // namespace
}  // namespace likeness
