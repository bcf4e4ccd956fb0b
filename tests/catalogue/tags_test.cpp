#include "likeness/catalogue/tags.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs named_tags(const TagTable& table, std::size_t row) {
  Pairs pairs;
  for (const auto& tag : table.rows[row].tags) {
    pairs.emplace_back(table.names[tag.column], tag.value);
  }
  return pairs;
}

std::string complaint_about(std::string_view text, std::string_view key) {
  try {
    (void)parse_tags(text, "tags.csv", key);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kInput);
    return error.what();
  }
  return "no complaint";
}

TEST(Tags, EveryOtherColumnIsATagAndEmptyFieldsAreNone) {
  const auto table = parse_tags("colour,id,kind\nred,7,\n,8,\"shirt, long\"\n", "tags.csv", "id");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].key, "7");
  EXPECT_EQ(table.rows[1].line, 3U);
  EXPECT_EQ(named_tags(table, 0), (Pairs{{"colour", "red"}}));
  EXPECT_EQ(named_tags(table, 1), (Pairs{{"kind", "shirt, long"}}));
}

TEST(Tags, AreReadFromAFile) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "tags.csv";
  write_file(path, "id,colour\n1,red\n");
  EXPECT_EQ(named_tags(read_tags(path, "id"), 0), (Pairs{{"colour", "red"}}));
  std::filesystem::remove(path);
  EXPECT_THROW((void)read_tags(path, "id"), Error);
}

TEST(Tags, ListTheColumnsWhenTheKeysIsMissing) {
  EXPECT_EQ(complaint_about("id,colour\n", "key"),
            "tags.csv: has no column 'key'; its columns are id, colour");
}

TEST(Tags, NameTheLineThatIsMalformedOrHasNoKey) {
  EXPECT_EQ(complaint_about("id,colour\n1,red\n2\n", "id"),
            "tags.csv: line 3: has 1 fields where the header has 2; quote fields that contain "
            "commas");
  EXPECT_EQ(complaint_about("id,colour\n1,red\n,blue\n", "id"),
            "tags.csv: line 3: has no key in column 'id'");
}

TEST(Tags, ReportAKeyThatComesTwiceAndKeepItsFirstRow) {
  const auto table = parse_tags("id,colour\n1,red\n2,blue\n1,green\n", "tags.csv", "id");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(named_tags(table, 0), (Pairs{{"colour", "red"}}));
  ASSERT_EQ(table.repeated.size(), 1U);
  EXPECT_EQ(table.repeated[0].key, "1");
  EXPECT_EQ(table.repeated[0].line, 4U);
  EXPECT_EQ(table.repeated[0].first_line, 2U);
}

TEST(Tags, AreMatchedWithThePictures) {
  const auto table = parse_tags("id,colour\n3,red\n1,blue\n2,green\n", "tags.csv", "id");
  const std::vector<std::string> keys = {"0", "1", "3", "4"};
  const auto match = match_tags(table, keys);
  EXPECT_EQ(match.matched, 2U);
  EXPECT_EQ(match.rows_without_picture, std::vector<std::string>{"2"});
  EXPECT_EQ(match.pictures_without_row, (std::vector<std::string>{"0", "4"}));
}

}  // namespace
}  // namespace likeness
