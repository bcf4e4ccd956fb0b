#include "likeness/manual/command_text.hpp"

#include <gtest/gtest.h>

namespace likeness {
namespace {

using Kind = ArgumentText::Kind;

CommandText some_command() {
  return {.name = "fold paper",
          .summary = "fold it",
          .arguments = {{.text = {"SHEET", "", "what is folded"}, .kind = Kind::kWord},
                        {.text = {"MORE", "", "and these"}, .kind = Kind::kOptionalWords},
                        {.text = {"--into", "hat|boat", "what [hat]"}, .kind = Kind::kOption},
                        {.text = {"--quiet", "", "say nothing"}, .kind = Kind::kFlag}},
          .notes = {"Paper tears."}};
}

TEST(CommandText, HelpHasAllThatWasDeclared) {
  EXPECT_EQ(help_of(some_command()),
            "fold it\n\n"
            "Usage: likeness fold paper SHEET MORE... [OPTIONS]\n\n"
            "  SHEET                   what is folded\n"
            "  MORE                    and these\n\n"
            "Options:\n"
            "  --into hat|boat         what [hat]\n"
            "  --quiet                 say nothing\n\n"
            "Paper tears.\n");
}

TEST(CommandText, ALongNameHasItsHelpBelowIt) {
  CommandText command{.name = "fold", .summary = "", .arguments = {}, .notes = {}};
  command.arguments.push_back(
      {.text = {"--into", "hat|boat|aeroplane", "what"}, .kind = Kind::kOption});
  EXPECT_NE(help_of(command).find("  --into hat|boat|aeroplane\n                          what\n"),
            std::string::npos)
      << help_of(command);
}

TEST(CommandText, AValueWithBarsIsAChoice) {
  const auto arguments = some_command().arguments;
  EXPECT_EQ(choices_of(arguments[2]), (std::vector<std::string>{"hat", "boat"}));
  EXPECT_TRUE(choices_of(arguments[3]).empty());
}

}  // namespace
}  // namespace likeness
