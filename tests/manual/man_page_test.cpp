#include "likeness/manual/man_page.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/text.hpp"

namespace likeness {
namespace {

using Kind = ArgumentText::Kind;

CommandText command_with(const std::string& help, const std::string& note) {
  return {.name = "fold paper",
          .summary = "fold it",
          .arguments = {{.text = {"SHEET", "", "what"}, .kind = Kind::kWords},
                        {.text = {"--in-to", "WHAT", help}, .kind = Kind::kOption}},
          .notes = {note}};
}

TEST(ManPage, HasItsNameAndAllThatWasDeclared) {
  const ManPage page = man_page_of(command_with("a hat", "Paper tears."));
  EXPECT_EQ(page.file, "likeness-fold-paper.1");
  for (const char* part :
       {".TH LIKENESS\\-FOLD\\-PAPER 1 ", "\nlikeness\\-fold\\-paper \\- fold it\n",
        "\\fBlikeness fold paper\\fR \\fISHEET\\fR... [\\fIOPTIONS\\fR]\n",
        ".TP\n\\fISHEET\\fR\nwhat\n", ".TP\n\\fB\\-\\-in\\-to\\fR \\fIWHAT\\fR\na hat\n",
        ".SH DESCRIPTION\nPaper tears.\n"}) {
    EXPECT_TRUE(contains(page.text, part)) << part << "\nis not in\n" << page.text;
  }
}

TEST(ManPage, NothingOfATextIsARequestToRoff) {
  const std::string text = man_page_of(command_with(".br\n'hat' \\fBboat\n  ship", "")).text;
  EXPECT_TRUE(contains(text, "\n\\&.br\n\\&'hat' \\efBboat\nship\n")) << text;
}

TEST(ManPage, TheFirstNamesAllOthers) {
  const auto commands = std::to_array({command_with("", ""), command_with("", "")});
  const ManPage page = man_page_of_all(commands);
  EXPECT_EQ(page.file, "likeness.1");
  EXPECT_TRUE(contains(page.text, ".TP\n\\fBfold paper\\fR\nfold it\n"));
  EXPECT_TRUE(
      contains(page.text, ".BR likeness\\-fold\\-paper (1),\n.BR likeness\\-fold\\-paper (1)\n"));
}

}  // namespace
}  // namespace likeness
