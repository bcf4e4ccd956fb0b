// likeness info and what it says of shops that are none.
#include <gtest/gtest.h>

#include "tests/program/program.hpp"
#include "tests/support/text.hpp"

namespace likeness {
namespace {

using Info = ProgramTest;

TEST_F(Info, TellsItemsPacksTagsAndBytes) {
  draw_pictures(4);
  write("t.csv", "id,colour\n0001,red\n0002,red\n0003,blue\n");
  (void)run_json({"pack", "shop", "pictures", "--tags", "t.csv", "--key", "id"});
  const Json info = run_json({"info", "shop"});
  EXPECT_EQ(info.at("items").integer(), 4);
  const Json& tag = info.at("tags").array().at(0);
  EXPECT_EQ(tag.at("tag").text(), "colour");
  EXPECT_EQ(tag.at("items").integer(), 3);
  EXPECT_EQ(tag.at("values").integer(), 2);
  EXPECT_EQ(tag.at("common").array().at(0).at("value").text(), "red");
  EXPECT_EQ(tag.at("common").array().at(0).at("items").integer(), 2);
  EXPECT_EQ(info.at("active_model"), Json());
  EXPECT_GT(info.at("bytes").integer(), 4 * 60 * 80 * 3);
  const Outcome text = run({"info", "shop"});
  EXPECT_TRUE(contains(text.out, "4 items")) << text.out;
  EXPECT_TRUE(contains(text.out, "red (2)")) << text.out;
  EXPECT_EQ(text.err, "");
}

TEST_F(Info, AFolderThatIsNoShopIsNamedWithWhatToDo) {
  write("folder/file", "");
  for (const char* command : {"info", "verify"}) {
    EXPECT_TRUE(contains(complaint(1, {command, "folder"}), "it has no shop.db"));
    EXPECT_TRUE(contains(complaint(1, {command, "nowhere"}), "likeness pack nowhere"));
  }
}

TEST_F(Info, AForeignOrDamagedDatabaseIsAnErrorAndNotTouched) {
  const std::string text(4096, '?');
  write("shop/shop.db", text);
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"info", "shop"}, {"verify", "shop"}, {"remove", "shop", "a"}, {"pack", "shop", "."}}) {
    EXPECT_TRUE(contains(complaint(1, words), "shop.db"));
  }
  EXPECT_EQ(read("shop/shop.db"), text);
}

}  // namespace
}  // namespace likeness
