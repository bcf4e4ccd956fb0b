// What killed commands leave behind is named by verify and taken away by the next one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/program/line_shop.hpp"

namespace likeness {
namespace {

class Leftovers : public LineShop {
 protected:
  Leftovers() {
    for (const char* name : kByTrainings) write(name, "half");
    for (const char* name : kByReports) write(name, "half");
    for (const std::string& name : kept_) write(name, "whole");
  }

  [[nodiscard]] std::set<std::string> notes() const {
    std::set<std::string> named;
    const Json document = parse_json(run({"verify", "shop", "--json"}).out, "stdout");
    for (const Json& note : document.at("notes").array()) named.insert(note.at("where").text());
    return named;
  }

  static constexpr std::array kByTrainings{
      "shop/models/x.safetensors.tmp", "shop/runs/dead/history.jsonl",
      "shop/runs/dead/epoch-0000.pack.tmp", "shop/runs/alive/history.jsonl.tmp"};
  // Of a process that cannot be.
  static constexpr std::array kByReports{"shop/report.tmp.99999999/index.html"};
  std::vector<std::string> kept_{"shop/runs/alive/checkpoint.safetensors",
                                 "shop/runs/notes/ideas.txt",
                                 "shop/report.tmp." + std::to_string(::getpid()) + "/index.html",
                                 "shop/report.tmp.99999999.old/index.html"};
};

TEST_F(Leftovers, AreNamedAndTakenAwayByWhoWritesThere) {
  EXPECT_EQ(notes(), (std::set<std::string>{"models/x.safetensors.tmp", "report.tmp.99999999",
                                            "runs/alive/history.jsonl.tmp", "runs/dead"}));
  EXPECT_EQ(run({"train", "shop", "--name", "new", "--network", "compact", "--latent", "3",
                 "--epochs", "1"})
                .exit_code,
            0);
  for (const char* name : kByTrainings) EXPECT_FALSE(exists(name)) << name;
  EXPECT_FALSE(exists("shop/runs/dead"));
  EXPECT_EQ(run({"report", "shop"}).exit_code, 0);
  for (const char* name : kByReports) EXPECT_FALSE(exists(name)) << name;
  for (const std::string& name : kept_) {
    if (name.find(".old/") != std::string::npos) continue;  // there is a report again
    EXPECT_TRUE(exists(name)) << name;
  }
}

TEST_F(Leftovers, OfATrainingThatIsUnderWayAreNone) {
  write("shop/lock.training", std::to_string(::getpid()));
  EXPECT_EQ(notes(), std::set<std::string>{"report.tmp.99999999"});
}

}  // namespace
}  // namespace likeness
