#include "likeness/base/folder.hpp"

#include <gtest/gtest.h>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

TEST(MakeFolders, MakesWhatIsMissingAndNamesItOutermostFirst) {
  const TemporaryFolder temporary;
  const auto outer = temporary.path() / "a";
  const std::vector<std::filesystem::path> made = {outer, outer / "b", outer / "b" / "c"};
  EXPECT_EQ(make_folders(outer / "b" / "." / "c"), made);
  EXPECT_TRUE(std::filesystem::is_directory(made.back()));
  EXPECT_TRUE(make_folders(made.back()).empty());
}

TEST(MakeFolders, NamesTheFolderThatCannotBeMade) {
  const TemporaryFolder temporary;
  write_file(temporary.path() / "file", std::string_view("no folder"));
  try {
    make_folders(temporary.path() / "file" / "below");
    FAIL() << "made a folder below a file";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
    EXPECT_NE(std::string(error.what()).find("below: cannot be made"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace likeness
