// likeness recommend postgresql://... --distinct: repeats are folded as by the shop.
#include <string>

#include "tests/postgres/parts_shop.hpp"

namespace likeness {
namespace {

class DistinctTest : public PartsShop {
 protected:
  // Each picture three times.
  DistinctTest() : PartsShop({.pictures = kItems / 3}) {}

  [[nodiscard]] Json publish_many(const Words& options = {}) const {
    Words words{"publish", "many", address()};
    words.insert(words.end(), options.begin(), options.end());
    return run_json(words);
  }
  [[nodiscard]] std::string refusal() const {
    return complaint(1, {"recommend", address(), "--item", "0001", "--distinct"});
  }
};

TEST_F(DistinctTest, FoldsRepeatsAsTheShop) {
  EXPECT_EQ(publish_many({"--pictures"}).at("pictures").integer(), 300);
  expect_same({"--item", "0001", "--distinct", "--count", "99"});
  expect_same({"--item", "0001", "--distinct", "--count", "3"});
  expect_same({"--item", "0007", "--item", "0150", "--unlike", "0012", "--distinct"});
  expect_same({"--item", "0007", "--distinct", "--where", "colour=red", "--diversity", "0.5"});
  expect_same({"--item", "0001", "--distinct", "--relevance", "0.5"});
  expect_same({"--item", "0001", "--distinct", "--weight", "colour=2"});
}

TEST_F(DistinctTest, PicturesFollowTheShop) {
  EXPECT_EQ(publish_many().at("pictures").integer(), 0);
  EXPECT_TRUE(contains(refusal(), "the database does not have those of all items"));
  EXPECT_TRUE(contains(refusal(), "--pictures"));
  EXPECT_EQ(publish_many({"--pictures"}).at("pictures").integer(), 300);
  EXPECT_EQ(publish_many().at("pictures").integer(), 0);
  ASSERT_EQ(run({"remove", "many", "0101"}).exit_code, 0);
  draw("many-pictures/0102.jpg", 1);
  ASSERT_EQ(run({"pack", "many", "many-pictures/0102.jpg"}).exit_code, 0);
  EXPECT_EQ(publish_many().at("pictures").integer(), 1);
  EXPECT_EQ(number("SELECT count(*) FROM likeness.picture"), 299);
  expect_same({"--item", "0001", "--distinct", "--count", "50"});
}

// Two pictures are all there are: among the nearest there are never enough.
class RepeatsTest : public PartsShop {
 protected:
  RepeatsTest() : PartsShop({.pictures = 2}) {}
};

TEST_F(RepeatsTest, AreLookedThroughUntilThereAreEnoughResults) {
  (void)run_json({"publish", "many", address(), "--pictures"});
  for (const char* count : {"1", "2", "20"}) {
    expect_same({"--item", "0002", "--distinct", "--count", count});
  }
}

// As of a shop that never published its own, or did so by a likeness that knew of none.
TEST_F(DistinctTest, NeedsThoseOfAllItems) {
  (void)publish_many({"--pictures"});
  Postgres(address()).execute("DELETE FROM likeness.pictured");
  EXPECT_TRUE(contains(refusal(), "pictures cannot be compared"));
  Postgres(address()).execute("DROP TABLE likeness.picture, likeness.pictured");
  EXPECT_TRUE(contains(refusal(), "pictures cannot be compared"));
}

TEST_F(DistinctTest, APictureIsNotBelieved) {
  (void)publish_many({"--pictures"});
  Postgres(address()).execute("UPDATE likeness.picture SET colours = 'short' WHERE key = '0002'");
  EXPECT_NE(
      run({"recommend", address(), "--item", "0001", "--distinct", "--count", "299"}).exit_code, 0);
  // One that is not there, as for a moment that of an item that was removed, is like no other.
  Postgres(address()).execute("DELETE FROM likeness.picture");
  EXPECT_EQ(run_json({"recommend", address(), "--item", "0001", "--distinct", "--count", "299"})
                .at("results")
                .array()
                .size(),
            299U);
}

}  // namespace
}  // namespace likeness
