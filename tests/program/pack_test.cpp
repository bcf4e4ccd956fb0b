// likeness pack, as a user sees it over several runs.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "tests/program/program.hpp"
#include "tests/support/text.hpp"

namespace likeness {
namespace {

using PackCommand = ProgramTest;

TEST_F(PackCommand, MakesAShopThatVerifies) {
  draw_pictures(5);
  const Json packed = run_json({"pack", "shop", "pictures", "--size", "12x16", "--fit", "crop"});
  EXPECT_EQ(number_in(packed, "packed"), 5);
  EXPECT_EQ(number_in(packed, "unchanged"), 0);
  EXPECT_EQ(number_in(packed, "replaced"), 0);
  EXPECT_TRUE(packed.at("skipped").array().empty());
  EXPECT_EQ(packed.at("packs"), (Json::Array{"packs/000001.pack"}));
  EXPECT_GT(packed.at("seconds").number(), 0.0);
  EXPECT_GT(packed.at("images_per_second").number(), 0.0);
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
  const Json info = run_json({"info", "shop"});
  EXPECT_EQ(number_in(info, "items"), 5);
  EXPECT_EQ(number_in(info.at("packs").array().at(0), "width"), 12);
  EXPECT_EQ(info.at("packs").array().at(0).at("fit").text(), "crop");
}

TEST_F(PackCommand, RunAgainTakesOnlyWhatIsNewOrChanged) {
  draw_pictures(4);
  (void)run_json({"pack", "shop", "pictures"});
  const std::string first = read("shop/packs/000001.pack");
  const Json again = run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(number_in(again, "packed"), 0);
  EXPECT_EQ(number_in(again, "unchanged"), 4);
  EXPECT_FALSE(exists("shop/packs/000002.pack"));
  draw("pictures/0002.jpg", 99);
  draw("pictures/0005.jpg", 5);
  write("pictures/0006.jpg", "no picture");
  write("pictures/0007.jpg", "");
  const Json changed = run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(number_in(changed, "packed"), 1);
  EXPECT_EQ(number_in(changed, "unchanged"), 3);
  EXPECT_EQ(number_in(changed, "replaced"), 1);
  ASSERT_EQ(changed.at("skipped").array().size(), 1U);
  EXPECT_TRUE(contains(changed.at("skipped").array()[0].at("path").text(), "0007.jpg"));
  EXPECT_EQ(changed.at("skipped").array()[0].at("reason").text(), "is empty");
  EXPECT_EQ(number_in(changed, "ignored"), 1);
  EXPECT_EQ(number_in(changed, "items"), 5);
  EXPECT_EQ(read("shop/packs/000001.pack"), first);
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
}

TEST_F(PackCommand, TheSamePicturesMakeTheSamePackForAnyNumberOfThreads) {
  draw_pictures(40);
  (void)run_json({"pack", "one", "pictures", "--threads", "1"});
  (void)run_json({"pack", "four", "pictures", "--threads", "4"});
  EXPECT_EQ(read("one/packs/000001.pack"), read("four/packs/000001.pack"));
}

TEST_F(PackCommand, TakesFilesFoldersAndAListOnStandardInput) {
  draw_pictures(3);
  draw("deep/er/x.jpg", 7);
  const Outcome outcome =
      run({"pack", "shop", "pictures/0001.jpg", "-", "deep", "--json"}, "pictures/0003.jpg\n");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(number_in(parse_json(outcome.out, "stdout"), "packed"), 3);
}

TEST_F(PackCommand, NothingUsableIsAnErrorAndLeavesNoShop) {
  write("pictures/a.jpg", "");
  write("pictures/b.jpg", "no picture");
  const std::string line = complaint(1, {"pack", "new/shop", "pictures", "--quiet"});
  EXPECT_TRUE(contains(line, "a.jpg")) << line;
  EXPECT_FALSE(exists("new"));
}

TEST_F(PackCommand, NothingUsableLeavesAShopAsItWas) {
  draw_pictures(2);
  (void)run_json({"pack", "shop", "pictures"});
  const std::string database = read("shop/shop.db");
  write("bad/a.jpg", "no picture");
  (void)complaint(1, {"pack", "shop", "bad", "--quiet"});
  (void)complaint(1, {"pack", "shop", "nowhere", "--quiet"});
  EXPECT_EQ(read("shop/shop.db"), database);
  EXPECT_FALSE(exists("shop/packs/000002.pack"));
  EXPECT_FALSE(exists("shop/packs/000002.pack.tmp"));
}

TEST_F(PackCommand, SizeAndFitOfTheFirstPackAreTheShops) {
  draw_pictures(1);
  (void)run_json({"pack", "shop", "pictures", "--size", "12x16"});
  draw("more/b.jpg", 8);
  EXPECT_TRUE(contains(complaint(1, {"pack", "shop", "more", "--size", "16x12"}), "12x16"));
  EXPECT_TRUE(contains(complaint(1, {"pack", "shop", "more", "--fit", "crop"}), "the fit"));
  EXPECT_EQ(number_in(run_json({"pack", "shop", "more"}), "items"), 2);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "more", "--size", "12x16"}), "unchanged"), 1);
}

TEST_F(PackCommand, AFolderWithOtherFilesIsNotTakenForAShop) {
  draw_pictures(1);
  const std::string line = complaint(1, {"pack", "pictures", "shop"});
  EXPECT_TRUE(contains(line, "the shop comes first")) << line;
  EXPECT_FALSE(exists("pictures/lock"));
}

TEST_F(PackCommand, ARemovedItemStaysAwayUntilItsPictureChanges) {
  draw_pictures(3);
  (void)run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(number_in(run_json({"remove", "shop", "0002"}), "removed"), 1);
  (void)complaint(1, {"remove", "shop", "0001", "0002"});
  EXPECT_EQ(number_in(run_json({"verify", "shop"}), "items"), 2);
  EXPECT_EQ(number_in(run_json({"info", "shop"}), "items"), 2);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "items"), 2);
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
  draw("pictures/0002.jpg", 77);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "items"), 3);
  EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
}

TEST_F(PackCommand, AnItemThatIsNamedTwiceIsRemovedOnce) {
  draw_pictures(3);
  (void)run_json({"pack", "shop", "pictures"});
  EXPECT_EQ(number_in(run_json({"remove", "shop", "0002", "0001", "0002"}), "removed"), 2);
}

TEST_F(PackCommand, OnlyOneMayChangeAShopAtATime) {
  draw_pictures(2);
  (void)run_json({"pack", "shop", "pictures"});
  const int other = ::open(path("shop/lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  draw("pictures/0003.jpg", 3);
  EXPECT_TRUE(contains(complaint(1, {"pack", "shop", "pictures"}), "try again when it has ended"));
  EXPECT_TRUE(contains(complaint(1, {"remove", "shop", "0001"}), "try again when it has ended"));
  EXPECT_EQ(number_in(run_json({"info", "shop"}), "items"), 2);
  ::close(other);
  EXPECT_EQ(number_in(run_json({"pack", "shop", "pictures"}), "items"), 3);
}

}  // namespace
}  // namespace likeness
