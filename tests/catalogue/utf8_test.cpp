#include "likeness/catalogue/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace likeness {
namespace {

TEST(Nfc, ComposesWhatMacOsWritesApart) {
  EXPECT_EQ(to_nfc("Hemd gru\u0308n"), "Hemd gr\u00fcn");
  EXPECT_EQ(to_nfc("Hemd gr\u00fcn"), "Hemd gr\u00fcn");
  EXPECT_EQ(to_nfc("\u1112\u1161\u11ab"), "\ud55c") << "Hangul";
  EXPECT_EQ(to_nfc("q\u0307\u0323"), "q\u0323\u0307") << "marks in their canonical order";
  EXPECT_EQ(to_nfc("\u212b"), "\u00c5") << "the sign Angstrom is the letter";
}

TEST(Nfc, LeavesEverythingElseAsItIs) {
  for (const std::string text :
       {"", "plain text of more than eight bytes", "\ufb01", "\u2126x\u0301"}) {
    EXPECT_EQ(to_nfc(to_nfc(text)), to_nfc(text)) << text;
  }
  EXPECT_EQ(to_nfc("\ufb01 \U0001f457"), "\ufb01 \U0001f457") << "ligatures and emoji stay";
  const std::string with_nul("a\0\u00fc", 4);
  EXPECT_EQ(to_nfc(with_nul), with_nul);
}

TEST(Nfc, LeavesWhatIsNoUtf8Alone) { EXPECT_EQ(to_nfc("u\u0308\xff"), "u\u0308\xff"); }

TEST(Printable, HasAQuestionMarkForWhatATerminalWouldObey) {
  EXPECT_EQ(to_printable("a\nb\x1b[31m\u0085\u2028\x7f"), "a?b?[31m???");
  EXPECT_EQ(to_printable("latin\xe9 \xe2\x82 \xff"), "latin? ?? ?");
  EXPECT_EQ(to_printable("gr\u00fcn \U0001f457"), "gr\u00fcn \U0001f457");
  EXPECT_EQ(to_printable(std::string_view("\0", 1)), "?");
}

TEST(ControlCharacter, IsFoundWhereverItStands) {
  for (const char* text : {"a\nb", "\r", "tab\t", "\x1b[31m", "del\x7f", "next\u0085line", "\u009b",
                           "line\u2028", "paragraph\u2029x"}) {
    EXPECT_TRUE(has_control_character(text)) << text;
  }
  EXPECT_TRUE(has_control_character(std::string_view("nul\0", 4)));
}

TEST(ControlCharacter, IsNoLetterOfAnyScript) {
  for (const char* text :
       {"", "plain", "gr\u00fcn", "\u00a0", "\u2027\u202a", "\U0001f457", "\u65e5\u672c"}) {
    EXPECT_FALSE(has_control_character(text)) << text;
  }
}

}  // namespace
}  // namespace likeness
