#include "likeness/catalogue/list.hpp"

#include <gtest/gtest.h>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

using Lines = std::vector<std::string>;

TEST(ParseList, TakesTheLinesThatHoldAnything) {
  EXPECT_EQ(parse_list("", "list"), Lines{});
  EXPECT_EQ(parse_list("a\n\nb c\r\n\r\nd", "list"), (Lines{"a", "b c", "d"}));
  EXPECT_EQ(parse_list("\xEF\xBB\xBF"
                       "a\n\xEF\xBB\xBF"
                       "b\n\xFFq",
                       "list"),
            (Lines{"a",
                   "\xEF\xBB\xBF"
                   "b",
                   "\xFFq"}));
}

TEST(ParseList, RefusesWhatIsNoText) {
  EXPECT_THROW((void)parse_list(std::string("a\nb\0c\n", 6), "list"), Error);
  EXPECT_THROW((void)parse_list("\xFF\xFE"
                                "a",
                                "list"),
               Error);
}

TEST(KeyedList, HasAPathAndMayHaveAKeyBehindATab) {
  EXPECT_EQ(
      parse_keyed_list("a b.jpg\tK 1\nc.jpg\r\n", "list"),
      (std::vector<ListLine>{{.path = "a b.jpg", .key = "K 1"}, {.path = "c.jpg", .key = {}}}));
  for (const char* wrong : {"a\tb\tc", "\tkey", "path\t"}) {
    EXPECT_THROW((void)parse_keyed_list(wrong, "list"), Error) << wrong;
  }
}

}  // namespace
}  // namespace likeness
