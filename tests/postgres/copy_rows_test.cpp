#include "likeness/postgres/copy_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/postgres/postgres.hpp"

namespace likeness {
namespace {

// Plain: of all halves the nearest, of two equally near the one whose last bit is 0.
std::uint16_t nearest_half(float value) {
  std::uint16_t best = 0;
  for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const double apart = std::fabs(double{float_of_half(half)} - value);
    const double least = std::fabs(double{float_of_half(best)} - value);
    if (apart < least || (apart == least && half % 2 == 0)) best = half;
  }
  return best;
}

TEST(Half, EachIsItself) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = float_of_half(half);
    if (std::isnan(value)) continue;
    EXPECT_EQ(half_of(value), half) << bits;
  }
  EXPECT_EQ(float_of_half(0x3c00), 1.0F);
  EXPECT_EQ(float_of_half(0xc000), -2.0F);
  EXPECT_EQ(float_of_half(0x7bff), 65504.0F);
  EXPECT_EQ(float_of_half(0x0001), 0x1p-24F);
}

TEST(Half, OthersBecomeTheNearest) {
  for (const float value : {0.1F, 1.0F / 3, 3.25001F, 1000.3F, 1.00048828125F, 1.00146484375F,
                            65503.9F, 6.1e-5F, 3e-6F, 2.98e-8F, 1e-9F, 2047.9F}) {
    EXPECT_EQ(half_of(value), nearest_half(value)) << value;
    EXPECT_EQ(half_of(-value), nearest_half(value) | 0x8000) << value;
  }
  EXPECT_EQ(half_of(65520.0F), 0x7c00);
  EXPECT_EQ(half_of(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_TRUE(std::isnan(float_of_half(half_of(std::nanf("")))));
}

TEST(CopyRows, AreAsTheManualSays) {
  CopyRows rows;
  rows.begin_row(5);
  rows.text("ab");
  rows.integer_or_null({});
  rows.integers(std::vector<std::int32_t>{7});
  rows.integers({});
  rows.halves(std::vector<float>{1.0F, -2.0F});
  rows.end();
  std::string bytes;
  for (const std::byte byte : rows.bytes()) bytes += static_cast<char>(byte);
  const std::string head("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19);
  const std::string text("\0\0\0\2ab", 6);
  const std::string null("\xff\xff\xff\xff", 4);
  const std::string seven("\0\0\0\x1c\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\0\0\0\4\0\0\0\7",
                          32);
  const std::string none("\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\x17", 16);
  const std::string halves("\0\0\0\x08\0\2\0\0\x3c\0\xc0\0", 12);
  EXPECT_EQ(bytes,
            head + std::string("\0\5", 2) + text + null + seven + none + halves + "\xff\xff");
}

TEST(Answer, RefusesWhatIsOfAnotherType) {
  const std::string array("\0\0\0\1\0\0\0\0\0\0\0\x17\0\0\0\1\0\0\0\1\0\0\0\4\0\0\0\7", 28);
  const std::string half("\0\1\0\0\x3c\0", 6);
  const Answer sound({{std::string("\0\0\0\5", 4), std::string("\xff\xff", 2), array, half, {}}});
  EXPECT_EQ(sound.integer(0, 0), 5);
  EXPECT_EQ(sound.integer(0, 1), -1);
  EXPECT_EQ(sound.integers(0, 2), std::vector<std::int32_t>{7});
  EXPECT_EQ(sound.halves(0, 3), std::vector<float>{1.0F});
  EXPECT_TRUE(sound.is_null(0, 4));
  EXPECT_THROW((void)sound.text(0, 4), Error);
  EXPECT_THROW((void)sound.integer(0, 3), Error);
  for (const std::string& whole : {array, half}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const Answer cut({{whole.substr(0, length)}});
      EXPECT_THROW((void)(whole == array ? cut.integers(0, 0).size() : cut.halves(0, 0).size()),
                   Error)
          << length;
    }
  }
}

TEST(Postgres, ArraysHoldAnyText) {
  EXPECT_EQ(array_of(std::vector<std::string>{"a,b", "\"\\", ""}), R"({"a,b","\"\\",""})");
  EXPECT_EQ(array_of(std::vector<std::int32_t>{1, -2}), "{1,-2}");
  EXPECT_TRUE(is_postgres_address("postgresql://host/db"));
  EXPECT_FALSE(is_postgres_address("shop"));
}

}  // namespace
}  // namespace likeness
