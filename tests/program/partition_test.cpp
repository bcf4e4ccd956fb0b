// likeness partition: a list dealt out by its keys.
#include "likeness/shop/partition.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

class PartitionTest : public ProgramTest {
 protected:
  void write_list(int items) const {
    std::string list;
    for (int i = 0; i < items; ++i) {
      list += "p/" + std::to_string(i) + ".jpg\tk" + std::to_string(i) + "\n";
    }
    write("list.txt", list);
  }
  // A line of LIST by itself is refused by the one line that this returns.
  [[nodiscard]] std::string refusal(const std::string& list) const {
    write("wrong.txt", list);
    return complaint(1, {"partition", "wrong.txt", "wrong", "--into", "2"});
  }
};

TEST_F(PartitionTest, AKeyBelongsToTheSamePartForEver) {
  EXPECT_EQ(part_of_key("1163", 64), 53U);
  EXPECT_EQ(part_of_key("shirts/red 1", 64), 44U);
  EXPECT_EQ(part_of_key("u\xCC\x88", 1000), part_of_key("\xC3\xBC", 1000));  // one letter, two ways
}

TEST_F(PartitionTest, DealsEachLineToOneListInTheirOrder) {
  write_list(1000);
  const Json told = run_json({"partition", "list.txt", "parts", "--into", "7"});
  EXPECT_EQ(told.at("items").integer(), 1000);
  EXPECT_GT(told.at("smallest").integer(), 100);
  EXPECT_LT(told.at("largest").integer(), 190);
  std::multiset<std::string> dealt;
  for (int part = 0; part < 7; ++part) {
    std::istringstream lines(read("parts/part-" + std::to_string(part) + ".txt"));
    int before = -1;
    for (std::string line; std::getline(lines, line);) {
      dealt.insert(line);
      const std::string key = line.substr(line.find('\t') + 1);
      EXPECT_EQ(part_of_key(key, 7), static_cast<std::size_t>(part));
      EXPECT_GT(std::stoi(key.substr(1)), before);
      before = std::stoi(key.substr(1));
    }
  }
  std::multiset<std::string> all;
  std::istringstream lines(read("list.txt"));
  for (std::string line; std::getline(lines, line);) all.insert(line);
  EXPECT_EQ(dealt, all);
}

TEST_F(PartitionTest, RefusesWhatWouldBePackedWrong) {
  EXPECT_TRUE(contains(refusal("a.jpg\n"), "has no key"));
  EXPECT_TRUE(contains(refusal("a.jpg\tk\nb.jpg\tk\n"), "\"k\": its key stands twice"));
  EXPECT_TRUE(contains(refusal("a.jpg\tk\x01\n"), "its key holds a control character"));
  EXPECT_TRUE(contains(refusal("\n"), "lists nothing"));
  EXPECT_FALSE(exists("wrong"));
  write_list(10);
  for (const char* into : {"0", "10001"}) {
    EXPECT_TRUE(contains(complaint(2, {"partition", "list.txt", "parts", "--into", into}),
                         "--into " + std::string(into) + " is out of range"));
  }
}

TEST_F(PartitionTest, RefusesAFolderWithListsOfMoreParts) {
  write_list(10);
  (void)run_json({"partition", "list.txt", "parts", "--into", "4"});
  (void)run_json({"partition", "list.txt", "parts", "--into", "4"});
  EXPECT_TRUE(contains(complaint(1, {"partition", "list.txt", "parts", "--into", "3"}),
                       "part-3.txt: is of a deal to more than 3 parts"));
}

TEST_F(PartitionTest, WhatItDealsIsPackedUnderItsKeys) {
  draw_pictures(6);
  std::string list;
  for (int i = 1; i <= 6; ++i) {
    list += "pictures/000" + std::to_string(i) + ".jpg\tK" + std::to_string(i) + "\n";
  }
  write("list.txt", list);
  (void)run_json({"partition", "list.txt", "parts", "--into", "2"});
  std::int64_t items = 0;
  for (const std::string part : {"0", "1"}) {
    items += run_json({"pack", "shop" + part, "--list", "parts/part-" + part + ".txt"})
                 .at("items")
                 .integer();
  }
  EXPECT_EQ(items, 6);
}

TEST_F(PartitionTest, EachLineOfAListIsAnItemOrANamedFailure) {
  draw_pictures(1);
  write("pictures/words.jpg", "no picture");
  write("list.txt", "pictures/0001.jpg\tK1\npictures/words.jpg\tK2\npictures/nowhere.jpg\tK3\n");
  for (const char* count : {"packed", "unchanged"}) {
    const Json told = run_json({"pack", "shop", "--list", "list.txt"});
    EXPECT_EQ(told.at(count).integer(), 1);
    EXPECT_EQ(told.at("ignored").integer(), 0);
    ASSERT_EQ(told.at("skipped").array().size(), 2U);
    EXPECT_TRUE(contains(told.at("skipped").array()[0].at("path").text(), "nowhere.jpg"));
    EXPECT_EQ(told.at("skipped").array()[1].at("reason").text(),
              "is no picture by its first bytes");
  }
}

}  // namespace
}  // namespace likeness
