// likeness verify finds damage of every kind of file, and names it.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "likeness/base/random.hpp"
#include "likeness/store/sqlite.hpp"
#include "tests/program/program.hpp"

namespace likeness {
namespace {

class Verify : public ProgramTest {
 protected:
  Verify() {
    draw_pictures(3);
    write("t.csv", "id,colour\n0001,red\n0002,blue\n");
    (void)run_json({"pack", "shop", "pictures", "--size", "6x8", "--tags", "t.csv", "--key", "id"});
    draw("pictures/0002.jpg", 50);
    draw("pictures/0004.jpg", 4);
    (void)run_json({"pack", "shop", "pictures"});
  }

  void change(const char* sql) const {
    Database(path("shop/shop.db"), OpenMode::kExisting).execute(sql);
  }

  // The first problem that is told, as "WHERE: WHAT".
  [[nodiscard]] std::string problem() const {
    const Outcome outcome = run({"verify", "shop", "--json"});
    const Json document = parse_json(outcome.out, "stdout");
    if (document.find("error") != nullptr) return document.at("error").at("message").text();
    EXPECT_EQ(outcome.exit_code, document.at("ok").boolean() ? 0 : 1);
    const auto& problems = document.at("problems").array();
    EXPECT_EQ(document.at("ok").boolean(), problems.empty());
    if (problems.empty()) return "";
    return problems[0].at("where").text() + ": " + problems[0].at("what").text();
  }
};

TEST_F(Verify, FindsASoundShopSound) {
  EXPECT_EQ(problem(), "");
  const Outcome text = run({"verify", "shop"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_NE(text.out.find("4 items"), std::string::npos) << text.out;
}

TEST_F(Verify, AFlippedByteAnywhereInAPackIsTold) {
  const std::string sound = read("shop/packs/000001.pack");
  Random random(1);
  for (int round = 0; round < 20; ++round) {
    std::string damaged = sound;
    const auto place = random.below(damaged.size());
    damaged[place] = static_cast<char>(damaged[place] ^ static_cast<char>(1 + random.below(255)));
    write("shop/packs/000001.pack", damaged);
    EXPECT_NE(problem().find("000001.pack"), std::string::npos) << "byte " << place;
  }
}

TEST_F(Verify, APackThatEndsTooEarlyOrIsMissingIsTold) {
  const std::string sound = read("shop/packs/000002.pack");
  write("shop/packs/000002.pack", sound.substr(0, sound.size() - 1));
  EXPECT_NE(problem().find("000002.pack"), std::string::npos);
  std::filesystem::remove(path("shop/packs/000002.pack"));
  EXPECT_NE(problem().find("000002.pack"), std::string::npos);
}

TEST_F(Verify, AnotherShopsPackIsTold) {
  draw("others/0001.jpg", 31);
  draw("others/0004.jpg", 32);
  (void)run_json({"pack", "other", "others", "--size", "6x8"});
  write("shop/packs/000002.pack", read("other/packs/000001.pack"));
  EXPECT_NE(problem().find("000002.pack"), std::string::npos);
}

TEST_F(Verify, AFileThatIsNoPackOfTheShopIsTold) {
  write("shop/packs/000009.pack", "stranger");
  EXPECT_NE(problem().find("000009.pack"), std::string::npos);
}

TEST_F(Verify, WhatAKilledRunLeavesIsNoProblemButIsTold) {
  write("shop/packs/000003.pack", read("shop/packs/000002.pack"));
  write("shop/packs/000003.pack.tmp", "half");
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(run_json({"verify", "shop"}).at("notes").array().size(), 2U);
  (void)run_json({"pack", "shop", "pictures"});
  EXPECT_FALSE(exists("shop/packs/000003.pack"));
  EXPECT_FALSE(exists("shop/packs/000003.pack.tmp"));
}

TEST_F(Verify, ARowThatIsNotAsItWasWrittenIsTold) {
  const std::string sound = read("shop/shop.db");
  for (const char* sql :
       {"UPDATE items SET record = 0 WHERE key = '0003'",
        "UPDATE items SET key = '0007' WHERE key = '0003'",
        "UPDATE items SET digest = zeroblob(16) WHERE key = '0003'",
        "UPDATE items SET removed = 1 WHERE key = '0003'", "UPDATE item_tags SET value = 'green'",
        "DELETE FROM packs WHERE id = 1", "DELETE FROM items WHERE key = '0003'"}) {
    write("shop/shop.db", sound);
    change(sql);
    EXPECT_NE(problem(), "") << sql;
  }
}

TEST_F(Verify, AFlippedByteInTheDatabaseIsToldOrChangesNothing) {
  const std::string sound = read("shop/shop.db");
  const std::string answers = run({"info", "shop"}).out;
  Random random(2);
  int told = 0;
  for (int round = 0; round < 30; ++round) {
    std::string damaged = sound;
    auto place = random.below(damaged.size());
    while (sound[place] == '\0') place = random.below(damaged.size());  // most of a page is empty
    damaged[place] = static_cast<char>(damaged[place] ^ static_cast<char>(1 + random.below(255)));
    write("shop/shop.db", damaged);
    if (problem().empty()) {
      EXPECT_EQ(run({"info", "shop"}).out, answers) << "byte " << place;
    } else {
      ++told;
    }
  }
  EXPECT_GT(told, 0);
}

}  // namespace
}  // namespace likeness
