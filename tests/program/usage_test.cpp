// The command line: what is wrong is said in one line, and stdout stays clean.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/program/program.hpp"
#include "tests/support/text.hpp"

namespace likeness {
namespace {

using Usage = ProgramTest;

// What was typed, and part of what is said about it.
using Wrong = std::pair<std::vector<std::string>, std::string>;

// The folder in which it runs may be anybody's.
TEST_F(Usage, TakesNoLibraryFromThePresentFolder) {
  for (const char* library : {"libsqlite3.so.0", "libjpeg.so.62", "liblikeness-vips.so"}) {
    write(library, "no library");
  }
  const Outcome outcome = run({"--version"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST_F(Usage, EveryWrongCommandLineIsExplainedInOneLine) {
  const std::vector<Wrong> all = {
      {{"pcak", "shop"}, "did you mean pack?"},
      {{"--sise"}, "options come after the command"},
      {{"--quiet", "info"}, "options come after the command"},
      {{"pack"}, "SHOP is missing"},
      {{"pack", "shop"}, "PICTURES is missing"},
      {{"pack", "shop", "a", "--sise", "60x80"}, "did you mean --size?"},
      {{"pack", "shop", "a", "--size"}, "--size takes one value"},
      {{"pack", "shop", "a", "--size", "60"}, "--size 60 is not WIDTHxHEIGHT"},
      {{"pack", "shop", "a", "--size", "60x"}, "is not WIDTHxHEIGHT"},
      {{"pack", "shop", "a", "--size", "60x80x3"}, "is not WIDTHxHEIGHT"},
      {{"pack", "shop", "a", "--size=0x80"}, "out of range"},
      {{"pack", "shop", "a", "--size", "99999999999x1"}, "is not WIDTHxHEIGHT"},
      {{"pack", "shop", "a", "--fit", "squeeze"}, "give stretch, pad or crop"},
      {{"pack", "shop", "a", "--size", "6x8", "--size", "6x8"}, "--size takes one value"},
      {{"pack", "shop", "a", "--threads", "0"}, "out of range"},
      {{"pack", "shop", "a", "--threads", "-1"}, "--threads"},
      {{"pack", "shop", "a", "--threads", "two"}, "is not a whole number"},
      {{"pack", "shop", "a", "--tags", "t.csv"}, "--tags needs --key"},
      {{"pack", "shop", "a", "--key", "id"}, "--key needs --tags"},
      {{"pack", "shop", "a", "--dataset", "mnist"}, "give idx"},
      {{"pack", "shop", "a", "--dataset", "idx"}, "two files"},
      {{"pack", "", "a"}, "SHOP is empty"},
      {{"info"}, "SHOP is missing"},
      {{"info", "shop", "more"}, "more is one word too many"},
      {{"info", "shop", "--size", "6x8"}, "--size: there is no such option"},
      {{"verify", "shop", "-x"}, "-x: there is no such option"},
      {{"sample", "d", "--count", "0"}, "out of range"},
      {{"remove", "shop"}, "KEY is missing"},
      {{"help", "pakc"}, "did you mean pack?"},
  };
  for (const auto& [words, says] : all) {
    const std::string line = complaint(2, words);
    EXPECT_TRUE(contains(line, says)) << line << "instead of " << says;
  }
  EXPECT_FALSE(exists("shop"));
}

TEST_F(Usage, AnErrorIsAlsoOneJsonDocument) {
  const Outcome usage = run({"info", "--json"});
  EXPECT_EQ(usage.exit_code, 2);
  EXPECT_EQ(parse_json(usage.out, "stdout").at("error").at("kind").text(), "usage");
  const Outcome missing = run({"info", "nowhere", "--json"});
  EXPECT_EQ(missing.exit_code, 1);
  const Json error = parse_json(missing.out, "stdout").at("error");
  EXPECT_EQ(error.at("kind").text(), "not found");
  EXPECT_EQ("likeness: " + error.at("message").text() + "\n", missing.err);
}

TEST_F(Usage, HelpAndVersionGoToStdout) {
  const Outcome version = run({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out.rfind("likeness ", 0), 0U);
  for (const char* part : {"\noneDNN ", "\nprocessor: ", "\nlibvips: ", "\ngnuplot: ", "\nlibpq: ",
                           "\nOpen MPI: ", "\nONNX Runtime: "}) {
    EXPECT_TRUE(contains(version.out, part)) << version.out;
  }
  const Json about = run_json({"--version"});
  EXPECT_EQ(version.out.rfind("likeness " + about.at("version").text() + "\n", 0), 0U);
  EXPECT_EQ(about.at("parts").array().size(), 5U);
  for (const auto& words : std::vector<std::vector<std::string>>{{"--help"}, {"help"}, {"-h"}}) {
    const Outcome help = run(words);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_TRUE(contains(help.out, "  pack ")) << help.out;
    EXPECT_EQ(help.err, "");
  }
  const Outcome help = run({"pack", "shop", "--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_TRUE(contains(help.out, "--fit stretch|pad|crop"));
  EXPECT_EQ(run({"help", "pack"}).out, help.out);
}

TEST_F(Usage, NoCommandAtAllShowsTheHelpAsAnError) {
  const Outcome outcome = run({});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_TRUE(contains(outcome.err, "Usage:"));
}

}  // namespace
}  // namespace likeness
