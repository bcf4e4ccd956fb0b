// likeness duplicates and recommend --distinct, on a sample catalogue whose duplicates are known.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

using Pair = std::pair<std::string, std::string>;

void add_pairs(const std::vector<std::string>& keys, std::set<Pair>& pairs) {
  for (const auto& a : keys) {
    for (const auto& b : keys) {
      if (a < b) pairs.emplace(a, b);
    }
  }
}

std::set<Pair> pairs_in(const Json& groups) {
  std::set<Pair> pairs;
  for (const Json& group : groups.array()) {
    std::vector<std::string> keys;
    for (const Json& key : group.array()) keys.push_back(key.text());
    EXPECT_TRUE(std::ranges::is_sorted(keys));
    EXPECT_GE(keys.size(), 2U);
    add_pairs(keys, pairs);
  }
  return pairs;
}

std::size_t common(const std::set<Pair>& a, const std::set<Pair>& b) {
  return static_cast<std::size_t>(
      std::ranges::count_if(a, [&](const Pair& pair) { return b.contains(pair); }));
}

class DuplicatesTest : public ProgramTest {
 protected:
  // What tags.csv says: an item, the original it was made of, and how.
  struct Truth {
    std::set<Pair> all;
    std::set<Pair> exact;
  };
  [[nodiscard]] Truth truth() const {
    std::map<std::string, std::vector<std::string>> families;
    std::map<std::string, std::vector<std::string>> exact;
    std::istringstream table(read("sample/tags.csv"));
    std::string line;
    std::getline(table, line);
    while (std::getline(table, line)) {
      std::vector<std::string> fields(1);
      for (const char c : line) {
        if (c == ',') {
          fields.emplace_back();
        } else {
          fields.back() += c;
        }
      }
      const std::string& original = fields.at(7).empty() ? fields[0] : fields[7];
      families[original].push_back(fields[0]);
      if (fields[6] != "near") exact[original].push_back(fields[0]);
    }
    Truth truth;
    for (const auto& [original, keys] : families) add_pairs(keys, truth.all);
    for (const auto& [original, keys] : exact) add_pairs(keys, truth.exact);
    return truth;
  }
};

TEST_F(DuplicatesTest, FindsThoseOfTheSampleAndHardlyAnyOthers) {
  ASSERT_EQ(run({"sample", "sample", "--count", "200"}).exit_code, 0);
  ASSERT_EQ(run({"pack", "shop", "sample"}).exit_code, 0);
  const Json found = run_json({"duplicates", "shop"});
  const Truth true_pairs = truth();
  ASSERT_GE(true_pairs.exact.size(), 5U);
  ASSERT_GE(true_pairs.all.size(), true_pairs.exact.size() + 8);
  EXPECT_EQ(pairs_in(found.at("exact")), true_pairs.exact);
  auto pairs = pairs_in(found.at("near"));
  for (const Pair& pair : pairs_in(found.at("exact"))) pairs.insert(pair);
  const auto hits = static_cast<double>(common(pairs, true_pairs.all));
  EXPECT_EQ(hits / static_cast<double>(true_pairs.all.size()), 1.0) << "recall";
  EXPECT_GE(hits / static_cast<double>(pairs.size()), 0.9) << "precision";
  EXPECT_EQ(found.at("items").integer(), 200);

  const Json one = run_json({"duplicates", "shop", "--threads", "1"});
  const Json three = run_json({"duplicates", "shop", "--threads", "3"});
  EXPECT_EQ(one.at("near"), found.at("near"));
  EXPECT_EQ(three.at("near"), found.at("near"));
}

class SomeTwice : public LineShop {
 protected:
  // 0002 and 0005 are 0001 again, and the shop is packed anew.
  SomeTwice() {
    std::filesystem::remove_all(path("shop"));
    for (const char* copy : {"0002", "0005"}) {
      std::filesystem::copy_file(path("pictures/0001.jpg"),
                                 path("pictures/" + std::string(copy) + ".jpg"),
                                 std::filesystem::copy_options::overwrite_existing);
    }
    EXPECT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);
    put_model("line", line(12));
  }
  [[nodiscard]] std::vector<std::string> shown(const Words& options) const {
    Words words{"recommend", "shop", "--distinct"};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<std::string> shown;
    const Json found = run_json(words);
    for (const Json& result : found.at("results").array()) {
      std::string text = result.at("key").text();
      for (const Json& folded : result.at("folded").array()) text += "+" + folded.text();
      shown.push_back(text);
    }
    return shown;
  }
};

TEST_F(SomeTwice, AreNamedInGroupsAsTextAndAsJson) {
  const Json found = run_json({"duplicates", "shop"});
  EXPECT_EQ(found.at("exact").dump(), R"([["0001","0002","0005"]])");
  EXPECT_EQ(found.at("near").dump(), "[]");
  const std::string text = run({"duplicates", "shop"}).out;
  EXPECT_TRUE(contains(text, "exact  0001  0002  0005\n")) << text;
  EXPECT_TRUE(contains(text, "1 groups of exact duplicates (3 items), 0 of near ones")) << text;
}

TEST_F(SomeTwice, AreFoldedIntoTheNearestOfThem) {
  EXPECT_EQ(shown({"--item", "0003", "--count", "4"}),
            (std::vector<std::string>{"0002+0001+0005", "0004", "0006", "0007"}));
  EXPECT_EQ(shown({"--item", "0003", "--count", "20"}).size(), 9U);
  EXPECT_EQ(shown({"--item", "0003", "--count", "4", "--diversity", "0.3"}).front(),
            "0002+0001+0005");
  const Outcome text = run({"recommend", "shop", "--distinct", "--item", "0003"});
  EXPECT_TRUE(contains(text.out, "(and 2 the same)")) << text.out;
}

TEST_F(SomeTwice, AreNotShownWhereTheyAreLiked) {
  EXPECT_EQ(shown({"--item", "0001", "--count", "3"}),
            (std::vector<std::string>{"0003", "0004", "0006"}));
  const Json all = run_json({"recommend", "shop", "--item", "0001", "--count", "3"});
  EXPECT_EQ(all.at("results").array()[0].at("key").text(), "0002");
  EXPECT_TRUE(all.at("results").array()[0].at("folded").array().empty());
}

TEST_F(SomeTwice, AreForgottenWhenTheyAreRemoved) {
  ASSERT_EQ(run({"remove", "shop", "0002", "0005"}).exit_code, 0);
  EXPECT_EQ(run_json({"duplicates", "shop"}).at("exact").dump(), "[]");
  ASSERT_EQ(run({"remove", "shop", "0001", "0003", "0004"}).exit_code, 0);
  EXPECT_EQ(run_json({"duplicates", "shop"}).at("items").integer(), 7);
}

TEST_F(SomeTwice, RefusesWhatCannotBe) {
  EXPECT_TRUE(contains(complaint(1, {"duplicates", "none"}), "likeness pack"));
  EXPECT_TRUE(contains(
      complaint(2, {"recommend", "shop", "--item", "0001", "--distinct", "--count", "1001"}),
      "1000 results at most"));
}

}  // namespace
}  // namespace likeness
