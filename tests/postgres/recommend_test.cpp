// likeness recommend postgresql://...: what a shop says of itself, its database says, too.
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

TEST_F(RecommendPublishedTest, RefusesWhatItCannotAnswer) {
  const auto ask = [this](Words options, int code) {
    options.insert(options.begin(), {"recommend", address(), "--item", "0001"});
    return complaint(code, options);
  };
  EXPECT_TRUE(contains(ask({}, 1), "no shop was published there yet"));
  (void)publish();
  EXPECT_TRUE(contains(ask({"--distinct"}, 2), "--distinct compares pictures"));
  EXPECT_TRUE(contains(ask({"--weight", "shape=2"}, 2), "--weight changes what is near"));
  EXPECT_TRUE(contains(ask({"--item", "none"}, 1), "none: there is no such item in the database"));
  EXPECT_TRUE(contains(ask({"--where", "colour=rad"}, 1), "did you mean red?"));
  EXPECT_TRUE(contains(ask({"--by", "clusters"}, 1), "has no clusters by line yet"));
}

}  // namespace
}  // namespace likeness
