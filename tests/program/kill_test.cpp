// A run that is killed or interrupted: the shop is as before or as after, never between.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "likeness/base/random.hpp"
#include "likeness/store/store.hpp"
#include "tests/program/program.hpp"

namespace likeness {
namespace {

class Kill : public ProgramTest {
 protected:
  // Keys with what they show: the same for the same pictures, however the runs were cut.
  [[nodiscard]] std::string content(const std::string& shop) const {
    const Store store(path(shop + "/shop.db"), OpenMode::kExisting);
    std::string text;
    for (const Item& item : store.items()) {
      text.append(item.key).append(" ").append(to_hex(item.digest));
      for (const ItemTag& tag : store.tags_of(item.id))
        text.append(" ").append(tag.name).append("=").append(tag.value);
      text += "\n";
    }
    return text;
  }

  std::vector<std::string> words_ = {"pack",  "shop",  "pictures", "--tags",
                                     "t.csv", "--key", "id",       "--quiet"};
};

TEST_F(Kill, AtAnyMomentLeavesTheShopAsBeforeOrAsAfter) {
  draw_pictures(300);
  std::string table = "id,colour\n";
  for (int i = 1; i <= 300; ++i) {
    const std::string number = std::to_string(i);
    table.append(4 - number.size(), '0').append(number).append(",colour ").append(number);
    table += '\n';
  }
  write("t.csv", table);
  auto whole = words_;
  whole[1] = "whole";
  const auto duration = time_of(whole);
  const std::string expected = content("whole");
  const std::string expected_pack = read("whole/packs/000001.pack");
  Random random(1);
  int killed = 0;
  for (int round = 0; round < 30; ++round) {
    std::filesystem::remove_all(path("shop"));
    const auto time = random.below(static_cast<std::uint64_t>(duration.count()) * 5 / 4);
    killed += run_for(std::chrono::microseconds(time), SIGKILL, words_).signal == SIGKILL ? 1 : 0;
    if (exists("shop/shop.db")) {  // else it is as before: not there
      EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean()) << time << " us";
      const std::string now = content("shop");
      EXPECT_TRUE(now.empty() || now == expected) << time << " us";
    }
    (void)run_json(words_);
    EXPECT_EQ(content("shop"), expected) << time << " us";
    EXPECT_EQ(read("shop/packs/000001.pack"), expected_pack) << time << " us";
    EXPECT_TRUE(run_json({"verify", "shop"}).at("notes").array().empty());
  }
  EXPECT_GT(killed, 5);  // else the test has tried nothing
}

TEST_F(Kill, WhileAddingLeavesTheOldItemsWhole) {
  draw_pictures(150);
  write("t.csv", "id,colour\n0001,red\n");
  (void)run_json(words_);
  const std::string before = content("shop");
  std::filesystem::copy(path("shop"), path("saved"), std::filesystem::copy_options::recursive);
  draw_pictures(300);
  draw("pictures/0001.jpg", 1000);  // replaced
  (void)run_json(words_);
  const std::string after = content("shop");
  Random random(2);
  for (int round = 0; round < 20; ++round) {
    std::filesystem::remove_all(path("shop"));
    std::filesystem::copy(path("saved"), path("shop"), std::filesystem::copy_options::recursive);
    (void)run_for(std::chrono::microseconds(random.below(60'000)), SIGKILL, words_);
    EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
    const std::string now = content("shop");
    EXPECT_TRUE(now == before || now == after) << now;
    (void)run_json(words_);
    EXPECT_EQ(content("shop"), after);
  }
}

TEST_F(Kill, WhileRemovingLeavesAllOfThemOrNoneForEver) {
  draw_pictures(60);
  write("t.csv", "id,colour\n0001,red\n");
  (void)run_json(words_);
  const std::string before = content("shop");
  std::filesystem::copy(path("shop"), path("saved"), std::filesystem::copy_options::recursive);
  std::vector<std::string> remove{"remove", "shop", "--quiet"};
  for (int i = 10; i < 60; ++i) remove.push_back("00" + std::to_string(i));
  (void)run_json(remove);
  const std::string after = content("shop");
  Random random(3);
  int killed = 0;
  for (int round = 0; round < 30; ++round) {
    std::filesystem::remove_all(path("shop"));
    std::filesystem::copy(path("saved"), path("shop"), std::filesystem::copy_options::recursive);
    const auto time = std::chrono::microseconds(random.below(30'000));
    const Outcome outcome = run_for(time, SIGKILL, remove);
    killed += outcome.signal == SIGKILL ? 1 : 0;
    EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
    const std::string now = content("shop");
    EXPECT_TRUE(now == after || (now == before && outcome.signal == SIGKILL)) << now;
    (void)run_json(words_);  // brings nothing back
    EXPECT_EQ(content("shop"), now);
  }
  EXPECT_GT(killed, 3);  // else the test has tried nothing
}

TEST_F(Kill, CtrlCEndsCleanlyAndKeepsWhatWasFinished) {
  // Large, so that there is time to interrupt: the signal is sent when the pack has been begun.
  draw("large.jpg", 1, {.width = 900, .height = 1200});
  std::filesystem::create_directories(path("pictures"));
  for (int i = 0; i < 200; ++i) {
    std::filesystem::create_symlink(path("large.jpg"),
                                    path("pictures/" + std::to_string(1000 + i) + ".jpg"));
  }
  write("t.csv", "id,colour\n1000,red\n");
  Running running(words_, path("."), "");
  while (!exists("shop/packs/000001.pack.tmp") && !running.ended()) {
  }
  running.send(SIGINT);
  const Outcome outcome = running.wait();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("interrupted"), std::string::npos) << outcome.err;
  EXPECT_FALSE(exists("shop/packs/000001.pack.tmp"));
  if (exists("shop")) {
    EXPECT_TRUE(run_json({"verify", "shop"}).at("ok").boolean());
  }
  EXPECT_EQ(run_json(words_).at("items").integer(), 200);
}

}  // namespace
}  // namespace likeness
