#include "likeness/web/target.hpp"

#include <gtest/gtest.h>

namespace likeness {
namespace {

TEST(Target, IsTakenApartAndDecoded) {
  const auto target =
      parse_target("/items/shirts%2F1%20%C3%BC/similar?count=5&where=a%3Db&where=c+d=");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"items", "shirts/1 \u00fc", "similar"}));
  const std::vector<std::pair<std::string, std::string>> query{
      {"count", "5"}, {"where", "a=b"}, {"where", "c d="}};
  EXPECT_EQ(target->query, query);
}

TEST(Target, KeepsEmptySegments) {
  EXPECT_EQ(parse_target("/")->segments, std::vector<std::string>{""});
  EXPECT_EQ(parse_target("//a/")->segments, (std::vector<std::string>{"", "a", ""}));
}

TEST(Target, RefusesWhatIsNotWellFormed) {
  for (const char* wrong : {"", "a", "*", "/%", "/%2", "/%g0", "/%00", "/%ff", "/a#b", "/a b",
                            "/\\", "/?a=%zz", "/?%00=1", "/\x01", "/\xc3\xbc"}) {
    EXPECT_FALSE(parse_target(wrong)) << wrong;
  }
}

TEST(Target, OfAnyKeyCanBeWritten) {
  const std::string key = "a/b %?#&=+\u00fc\"<script>";
  const auto target = parse_target("/" + percent_encoded(key) + "?x=" + percent_encoded(key));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments.front(), key);
  EXPECT_EQ(target->query.front().second, key);
}

}  // namespace
}  // namespace likeness
