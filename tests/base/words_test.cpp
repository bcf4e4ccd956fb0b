#include "likeness/base/words.hpp"

#include <gtest/gtest.h>

namespace likeness {
namespace {

TEST(Words, AreDividedAtALetter) {
  using List = std::vector<std::string>;
  EXPECT_EQ(split("a,b", ','), (List{"a", "b"}));
  EXPECT_EQ(split("", ','), List{""});
  EXPECT_EQ(split(",a|", ','), (List{"", "a|"}));
}

TEST(WithThousands, GroupsByThree) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
}

}  // namespace
}  // namespace likeness
