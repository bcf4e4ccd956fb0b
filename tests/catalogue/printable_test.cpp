#include "likeness/catalogue/printable.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "likeness/base/json.hpp"

namespace likeness {
namespace {

TEST(Printable, LeavesWhatPeopleWrite) {
  EXPECT_EQ(printable(""), "");
  EXPECT_EQ(printable("Größe 木 👗 ½ ~"), "Größe 木 👗 ½ ~");
}

TEST(Printable, MakesSpacesOfWhatMovesTheCursorOrForgesALine) {
  EXPECT_EQ(printable(std::string_view("a\0b\nc\rd\te\x1b[31mf\x7f", 16)), "a b c d e [31mf ");
  EXPECT_EQ(printable("\xC2\x80q\xC2\x9F\xC2\xA0"), " q \xC2\xA0");  // C1, and a plain character
  EXPECT_EQ(printable("a\u2028b\u2029c"), "a b c");
  EXPECT_EQ(printable("a\xEF\xBF\xBE\xEF\xBF\xBF"), "a  ");
}

TEST(Printable, MakesSpacesOfWhatTurnsTheOrderOfLetters) {
  EXPECT_EQ(printable("\u202Agpj\u202Bx\u202Cx\u202Dx\u202Ex"), " gpj x x x x");
  EXPECT_EQ(printable("\u2066x\u2067x\u2068x\u2069x"), " x x x x");
  EXPECT_EQ(printable("\u2027x\u202Fx\u2065x\u206Ax"), "\u2027x\u202Fx\u2065x\u206Ax");
}

TEST(Printable, MakesASpaceOfEachByteThatIsNoUtf8) {
  EXPECT_EQ(printable("\xFFq\xC3"), " q ");
  EXPECT_EQ(printable("\x9B\x33\x31m\xC3\xA4\xE2\x82"), " 31m\xC3\xA4  ");
  EXPECT_EQ(printable(std::string(100'000, '\xFF')), std::string(100'000, ' '));
}

TEST(PrintableJson, EscapesAndKeepsTheValue) {
  const Json value = Json::Object{{"k\x7fy", "a\x1b[m\n\xC2\x9B\u202E\u2028 Größe \xEF\xBF\xBF"}};
  const std::string document = printable_json(value.dump());
  EXPECT_EQ(document, R"({"k\u007fy":"a\u001b[m\n\u009b\u202e\u2028 Größe \uffff"})");
  EXPECT_EQ(parse_json(document, "test"), value);
}

}  // namespace
}  // namespace likeness
