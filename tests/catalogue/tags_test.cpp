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

std::string complaint_of_tags(std::string_view text, std::string_view key) {
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
  EXPECT_EQ(complaint_of_tags("id,colour\n", "key"),
            "tags.csv: has no column 'key'; its columns are id, colour");
  std::string many;
  for (int i = 0; i < 9999; ++i) many += "c" + std::to_string(i) + ",";
  EXPECT_LT(complaint_of_tags(many, "key").size(), 200U);
}

TEST(Tags, NameTheLineThatIsMalformedOrHasNoKey) {
  const auto table = parse_tags("id,colour\n1,red\n ,blue\n2\n3,green\n", "tags.csv", "id");
  EXPECT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.bad.count, 2U);
  ASSERT_EQ(table.bad.first.size(), 2U);
  EXPECT_EQ(table.bad.first[0].line, 3U);
  EXPECT_EQ(table.bad.first[0].complaint, "has no key in column 'id'");
  EXPECT_EQ(table.bad.first[1].line, 4U);
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

// "row>picture" of each picture that has a row.
std::string matches(const std::vector<std::string>& rows, const std::vector<std::string>& keys) {
  std::string text = "id,n\n";
  for (const auto& row : rows) text += row + ",x\n";
  const auto table = parse_tags(text, "tags.csv", "id");
  const auto match = match_tags(table, keys);
  std::string pairs;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (match.row_of[i] != nullptr) pairs += match.row_of[i]->key + ">" + keys[i] + " ";
  }
  EXPECT_EQ(match.matched + match.rows_without_picture.size(), table.rows.size());
  return pairs;
}

TEST(Tags, BelongToAPictureWhoseKeyIsWrittenInAnotherWay) {
  EXPECT_EQ(matches({"1.jpg", "b.JPEG"}, {"1", "b"}), "1.jpg>1 b.JPEG>b ");
  EXPECT_EQ(matches({"1.0", "22.00"}, {"1", "22"}), "1.0>1 22.00>22 ");
  EXPECT_EQ(matches({"0001 ", " 2"}, {"0001", "2"}), "0001>0001 2>2 ");
  EXPECT_EQ(matches({"1", "0"}, {"0001", "000"}), "1>0001 0>000 ");
  EXPECT_EQ(matches({"images/0001.png", "C:\\x\\b.tif"}, {"0001", "b"}),
            "images/0001.png>0001 C:\\x\\b.tif>b ");
}

TEST(Tags, BelongToAPictureWhoseKeyIsInAnotherNormalisationForm) {
  const std::string composed = "Hemd gr\xC3\xBCn";
  const std::string apart = "Hemd gru\xCC\x88n";  // as macOS writes it
  EXPECT_EQ(matches({composed}, {apart}), composed + ">" + apart + " ");
  EXPECT_EQ(matches({apart}, {composed}), composed + ">" + composed + " ");
  EXPECT_EQ(matches({apart + ".jpg"}, {apart}), composed + ".jpg>" + apart + " ");
}

TEST(Tags, BelongToNoPictureWhereItIsNotPlainWhich) {
  EXPECT_EQ(matches({"1"}, {"01", "001"}), "");                 // two pictures
  EXPECT_EQ(matches({"1.jpg", "1.png"}, {"1"}), "");            // two rows
  EXPECT_EQ(matches({"1", "1.jpg"}, {"1", "001"}), "1>1 ");     // a picture that has its row
  EXPECT_EQ(matches({"a/1.jpg", "b/1.jpg"}, {"1"}), "");        // two files of one name
  EXPECT_EQ(matches({"1.5", "v1.0", "1e0"}, {"1", "v1"}), "");  // other numbers, no numbers
  EXPECT_EQ(matches({"A"}, {"a"}), "");
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
