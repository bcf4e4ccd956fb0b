// likeness compact, and what pack says of it; keys of paths and of lists.
#include <gtest/gtest.h>

#include "likeness/store/store.hpp"
#include "tests/program/program.hpp"
#include "tests/support/text.hpp"

namespace likeness {
namespace {

using Compacting = ProgramTest;

TEST_F(Compacting, MakesOnePackOfManyAndPackSaysWhenItPays) {
  draw_pictures(9);
  EXPECT_FALSE(contains(run({"pack", "shop", "pictures"}).out, "likeness compact"));
  EXPECT_EQ(run({"remove", "shop", "0004"}).exit_code, 0);
  EXPECT_TRUE(contains(run({"pack", "shop", "pictures"}).out, "likeness compact shop"));
  draw("pictures/0010.jpg", 10);
  EXPECT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);
  const Json done = run_json({"compact", "shop"});
  ASSERT_EQ(done.at("packs").array().size(), 1U);
  EXPECT_EQ(done.at("packs").array().at(0).text(), "packs/000003.pack");
  EXPECT_TRUE(done.at("latents").array().empty());
  EXPECT_FALSE(exists("shop/packs/000001.pack"));
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
  EXPECT_TRUE(contains(run({"compact", "shop"}).out, "nothing to do"));
  EXPECT_EQ(run_json({"pack", "shop", "pictures"}).at("unchanged").integer(), 10);
  EXPECT_EQ(run_json({"info", "shop"}).at("items").integer(), 9);
}

TEST_F(Compacting, SaysHowMuchMoreIsTakenWhileTheOldFilesAreRead) {
  draw_pictures(9);
  EXPECT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);
  draw("pictures/0010.jpg", 10);
  EXPECT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);
  std::string text;
  {
    const Store reader(path("shop/shop.db"), OpenMode::kReading);
    text = run({"compact", "shop"}).out;
  }
  EXPECT_TRUE(contains(text, "1 instead of them; 0.1 MB more taken in ")) << text;
  EXPECT_TRUE(contains(text, "still read")) << text;
}

TEST_F(Compacting, SaysHowMuchIsFreed) {
  draw_pictures(9);
  EXPECT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);
  EXPECT_EQ(run({"remove", "shop", "0001", "0002", "0003", "0004", "0005", "0006"}).exit_code, 0);
  const std::string text = run({"compact", "shop"}).out;
  EXPECT_TRUE(contains(text, "1 instead of them; 0.1 MB freed in ")) << text;
}

using PackKeys = ProgramTest;

TEST_F(PackKeys, ArePathsWhereNamesRepeatAndAnswerEverywhere) {
  for (unsigned i = 1; i <= 6; ++i) {
    draw("all/shirts/" + std::to_string(i) + ".jpg", i);
    draw("all/shoes/" + std::to_string(i) + ".jpg", 100 + i);
  }
  write("t.csv", "id,colour\nshirts/1,red\n");
  const Outcome packed = run({"pack", "shop", "all", "--tags", "t.csv", "--key", "id"});
  EXPECT_TRUE(contains(packed.out, "names repeat in different folders")) << packed.out;
  EXPECT_TRUE(contains(packed.out, "12 packed"));
  EXPECT_FALSE(contains(run({"pack", "shop", "all"}).out, "names repeat"));
  EXPECT_EQ(run_json({"pack", "shop", "all"}).at("keys").text(), "path");
  EXPECT_EQ(run({"train", "shop", "--latent", "3", "--epochs", "1", "--quiet"}).exit_code, 0);
  EXPECT_EQ(run({"embed", "shop"}).exit_code, 0);
  EXPECT_EQ(run({"recommend", "shop", "--item", "shoes/3", "--picture", "a.png"}).exit_code, 0);
  EXPECT_EQ(run({"report", "shop", "--items", "shoes/3,shirts/1", "--quiet"}).exit_code, 0);
  EXPECT_EQ(run_json({"remove", "shop", "shirts/2"}).at("removed").integer(), 1);
  EXPECT_TRUE(contains(complaint(1, {"pack", "shop", "all", "--keys", "name"}), "another shop"));
}

TEST_F(PackKeys, ComeFromAList) {
  draw_pictures(2);
  write("list.txt", "pictures/0001.jpg\tSKU 7\npictures/0002.jpg\n");
  EXPECT_EQ(run_json({"pack", "shop", "--list", "list.txt"}).at("packed").integer(), 2);
  EXPECT_EQ(run({"remove", "shop", "SKU 7", "0002"}).exit_code, 0);
  draw("pictures/0003.jpg", 3);
  EXPECT_EQ(run({"pack", "shop", "-"}, "pictures/0003.jpg\tSKU 8\n").exit_code, 0);
  EXPECT_EQ(run({"remove", "shop", "SKU 8"}).exit_code, 0);
  EXPECT_TRUE(contains(complaint(2, {"pack", "shop"}), "--list FILE"));
  EXPECT_TRUE(
      contains(complaint(2, {"pack", "shop", "pictures", "--keys", "sku"}), "name or path"));
  write("wrong.txt", "a\tb\tc\n");
  EXPECT_TRUE(contains(complaint(1, {"pack", "shop", "--list", "wrong.txt"}), "one tab"));
}

using EmbedIndex = ProgramTest;

TEST_F(EmbedIndex, IsChosenByNameAndToldByInfo) {
  draw_pictures(6);
  EXPECT_EQ(run({"pack", "shop", "pictures"}).exit_code, 0);
  EXPECT_EQ(run({"train", "shop", "--latent", "3", "--epochs", "1", "--quiet"}).exit_code, 0);
  EXPECT_TRUE(contains(complaint(2, {"embed", "shop", "--index", "tree"}), "exact or graph"));
  EXPECT_EQ(run({"embed", "shop", "--index", "graph"}).exit_code, 0);
  const Json search = run_json({"info", "shop"}).at("search");
  EXPECT_EQ(search.at("by").text(), "exact");  // so small a shop gains nothing by one
  EXPECT_TRUE(contains(search.at("why").text(), "200,000"));
}

}  // namespace
}  // namespace likeness
