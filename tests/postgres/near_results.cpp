#include "tests/postgres/near_results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace likeness {
namespace {

// How far half precision moves a distance, and more.
double rounding_of(double distance) { return 2e-3 * (1.0 + distance); }

void expect_near_parts(const Json& ours, const Json& theirs, const std::string& what) {
  ASSERT_EQ(ours.object().size(), theirs.object().size()) << what;
  for (const auto& [part, by] : theirs.object()) {
    EXPECT_NEAR(ours.at(part).number(), by.number(), 2e-3) << what << part;
  }
}

// All that is told of an item, but for its distance, which is looked at where it stands.
void expect_same_item(const Json& ours, const Json& theirs, const std::string& what) {
  EXPECT_EQ(ours.object().size(), theirs.object().size()) << what;
  for (const auto& [member, value] : theirs.object()) {
    if (member == "parts") {
      expect_near_parts(ours.at(member), value, what);
    } else if (member == "relevance") {
      // A share of the pairs that are farther: of twelve items there are 66.
      EXPECT_NEAR(ours.at(member).number(), value.number(), 3.5 / 66.0) << what;
    } else if (member != "distance") {
      EXPECT_EQ(ours.at(member), value) << what << member;
    }
  }
}

}  // namespace

void expect_near(const Json& published, const Json& home, const std::string& what) {
  for (const char* member : {"model", "items", "next_offset"}) {
    ASSERT_EQ(published.find(member) == nullptr, home.find(member) == nullptr) << what << member;
    if (home.find(member) == nullptr) continue;
    EXPECT_EQ(published.at(member), home.at(member)) << what;
  }
  const auto& ours = published.at("results").array();
  const auto& theirs = home.at("results").array();
  ASSERT_EQ(ours.size(), theirs.size()) << what;
  std::set<std::string> keys;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const double distance = theirs[i].at("distance").number();
    const double rounding = rounding_of(distance);
    EXPECT_NEAR(ours[i].at("distance").number(), distance, rounding) << what;
    const std::string key = ours[i].at("key").text();
    EXPECT_TRUE(keys.insert(key).second) << what << ": has " << key << " twice";
    const auto same = std::ranges::find(theirs, key, [](const Json& result) -> const std::string& {
      return result.at("key").text();
    });
    if (same == theirs.end()) {
      EXPECT_NEAR(theirs.back().at("distance").number(), distance, rounding) << what << key;
    } else {
      EXPECT_NEAR(same->at("distance").number(), distance, rounding) << what << key;
      expect_same_item(ours[i], *same, what);
    }
  }
}

}  // namespace likeness
