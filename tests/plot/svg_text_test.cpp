#include "likeness/plot/svg_text.hpp"

#include <gtest/gtest.h>

namespace likeness {
namespace {

TEST(EscapeXml, LeavesNothingThatSvgWouldRead) {
  EXPECT_EQ(escape_xml("<script>'&\"</script>"), "&lt;script&gt;&#39;&amp;&quot;&lt;/script&gt;");
  EXPECT_EQ(escape_xml("Größe 木"), "Größe 木");
}

TEST(EscapeXml, MakesSpacesOfWhatXmlCannotHold) {
  EXPECT_EQ(escape_xml(std::string_view("a\0b\nc\x7f", 6)), "a b c ");
  EXPECT_EQ(escape_xml("a\xEF\xBF\xBF"), "a ");
  EXPECT_EQ(escape_xml("\xFFq\xC3"), " q ");
}

TEST(Shorten, CutsBetweenCharacters) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("abcd", 3), "ab…");
  EXPECT_EQ(shorten("äöü木", 3), "äö…");
  EXPECT_EQ(shorten("äöü", 3), "äöü");
  EXPECT_EQ(shorten("", 3), "");
  EXPECT_EQ(shorten("ab", 1), "…");
}

}  // namespace
}  // namespace likeness
