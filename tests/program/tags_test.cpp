// likeness pack --tags: tables as spreadsheets write them, and as they should not.
#include <gtest/gtest.h>

#include "likeness/store/store.hpp"
#include "tests/program/program.hpp"

namespace likeness {
namespace {

class Tags : public ProgramTest {
 protected:
  Tags() { draw_pictures(3); }

  [[nodiscard]] Json pack_with(const std::string& table) const {
    write("t.csv", table);
    return run_json({"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id"});
  }

  // "colour=red size=L " of the item.
  [[nodiscard]] std::string tags_of(const std::string& key) const {
    const Store store(path("shop/shop.db"), OpenMode::kExisting);
    const auto item = store.find_item(key);
    if (!item) return "no such item";
    std::string text;
    for (const ItemTag& tag : store.tags_of(item->id)) text += tag.name + "=" + tag.value + " ";
    return text;
  }
};

TEST_F(Tags, AreCountedAndKept) {
  const Json tags =
      pack_with("id,colour,size\n0001,red,L\n0003,\"dark, blue\",\n0009,x,y\n").at("tags");
  EXPECT_EQ(tags.at("names"), (Json::Array{"colour", "size"}));
  EXPECT_EQ(tags.at("items").integer(), 2);
  EXPECT_EQ(tags.at("rows_without_picture").integer(), 1);
  EXPECT_EQ(tags.at("pictures_without_row").integer(), 1);
  EXPECT_EQ(tags_of("0001"), "colour=red size=L ");
  EXPECT_EQ(tags_of("0002"), "");
  EXPECT_EQ(tags_of("0003"), "colour=dark, blue ");
}

TEST_F(Tags, ByteOrderMarkAndCarriageReturnsAreNoPartOfThem) {
  (void)pack_with("\xef\xbb\xbfid,colour\r\n0001,\"two\r\nlines\"\r\n");
  EXPECT_EQ(tags_of("0001"), "colour=two\r\nlines ");
}

TEST_F(Tags, AreBroughtUpToDateOnEveryRunThatHasATable) {
  (void)pack_with("id,colour,size\n0001,red,L\n0002,blue,M\n");
  const Json again = pack_with("id,colour,material\n0001,,wool\n");
  EXPECT_EQ(again.at("unchanged").integer(), 3);
  EXPECT_EQ(tags_of("0001"), "size=L material=wool ");
  EXPECT_EQ(tags_of("0002"), "colour=blue size=M ");
  (void)run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(tags_of("0002"), "colour=blue size=M ");
}

TEST_F(Tags, AMalformedRowIsNamedByItsLineAndNothingHappens) {
  write("t.csv", "id,colour\n0001,red\n0002,\"blue\n");
  const std::vector<std::string> words = {"pack",  "shop",  "pictures", "--tags",
                                          "t.csv", "--key", "id"};
  EXPECT_NE(complaint(1, words).find("t.csv: line 3"), std::string::npos);
  EXPECT_FALSE(exists("shop"));
  (void)pack_with("id,colour\n0001,red\n");
  const std::string database = read("shop/shop.db");
  draw("pictures/0004.jpg", 4);
  write("t.csv", "id,colour\n0001,red,more\n");
  EXPECT_NE(complaint(1, words).find("t.csv: line 2"), std::string::npos);
  EXPECT_EQ(read("shop/shop.db"), database);
  EXPECT_FALSE(exists("shop/packs/000002.pack"));
}

TEST_F(Tags, AllRowsThatCannotBeReadAreNamedAtOnceAndMayBeSkipped) {
  std::string table = "id,name\n0001,ok\n";
  for (int i = 0; i < 12; ++i) table += "0002,Nike, blue\n";
  write("t.csv", table + "0003,ok\n");
  std::vector<std::string> words = {"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id"};
  const std::string line = complaint(1, words);
  EXPECT_NE(line.find("t.csv: 12 rows cannot be read: line 3: has 3 fields"), std::string::npos)
      << line;
  EXPECT_NE(line.find("line 12: "), std::string::npos) << line;
  EXPECT_NE(line.find("; and 2 more: "), std::string::npos) << line;
  EXPECT_NE(line.find("--tags-skip-bad-rows"), std::string::npos) << line;
  EXPECT_FALSE(exists("shop"));
  words.emplace_back("--tags-skip-bad-rows");
  const Json tags = run_json(words).at("tags");
  EXPECT_EQ(tags.at("bad_rows").integer(), 12);
  EXPECT_EQ(tags.at("items").integer(), 2);
  EXPECT_EQ(tags_of("0003"), "name=ok ");
  EXPECT_NE(run(words).out.find("12 rows cannot be read and are left out, such as line 3: "),
            std::string::npos);
  EXPECT_EQ(run({"pack", "shop", "pictures", "--tags-skip-bad-rows"}).exit_code, 2);
}

TEST_F(Tags, AreReadAsPandasAndExcelWriteThem) {
  Json tags = pack_with(",id,kind\n0,1.0,a\n1,2.0,b\n").at("tags");  // pandas, with its index
  EXPECT_EQ(tags.at("names"), Json::Array{"kind"});
  EXPECT_EQ(tags.at("nameless_columns").integer(), 1);
  EXPECT_EQ(tags.at("rows_with_adapted_key").integer(), 2);
  EXPECT_EQ(tags_of("0002"), "kind=b ");
  tags = pack_with("\xef\xbb\xbfsep=;\r\nid;kind;;\r\n0001.jpg;c;;\r\n;;;\r\n").at("tags");
  EXPECT_EQ(tags.at("empty_rows").integer(), 1);
  EXPECT_EQ(tags_of("0001"), "kind=c ");
  EXPECT_EQ(tags_of("0002"), "kind=b ");
  (void)pack_with("id\tkind\n0003 \td\n");
  EXPECT_EQ(tags_of("0003"), "kind=d ");
}

TEST_F(Tags, ThatBelongToNoPictureAreAnErrorAndNothingChanges) {
  const std::vector<std::string> words = {"pack",  "shop",  "pictures", "--tags",
                                          "t.csv", "--key", "id"};
  write("t.csv", "id,colour\nshirt-1,red\n");
  const std::string line = complaint(1, words);
  EXPECT_NE(line.find("'shirt-1'"), std::string::npos) << line;
  EXPECT_NE(line.find("'0001'"), std::string::npos) << line;
  EXPECT_FALSE(exists("shop"));
  (void)pack_with("id,colour\n0001,red\n");
  const std::string database = read("shop/shop.db");
  draw("pictures/0004.jpg", 4);
  write("t.csv", "id,colour\nshirt-1,red\n");
  (void)complaint(1, words);
  EXPECT_EQ(read("shop/shop.db"), database);
  EXPECT_FALSE(exists("shop/packs/000002.pack"));
  EXPECT_EQ(run_json({"info", "shop"}).at("items").integer(), 3);
  write("t.csv", "id,colour\n");
  EXPECT_NE(complaint(1, words).find("has no row"), std::string::npos);
}

TEST_F(Tags, AColumnThatIsNotThereIsAnErrorThatListsThoseThatAre) {
  write("t.csv", "key,colour\n0001,red\n");
  const std::string line =
      complaint(1, {"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id"});
  EXPECT_NE(line.find("key, colour"), std::string::npos) << line;
}

}  // namespace
}  // namespace likeness
