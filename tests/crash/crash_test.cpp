// Every command that writes, ended or failed at its calls that change files: the shop is as before
// or as after, sound, and the next run goes on. LIKENESS_CRASH_POINTS=all tries every point.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/crash/crash_fixture.hpp"

namespace likeness {
namespace {

using Crash = CrashTest;

TEST_F(Crash, WhilePackingANewShop) { try_all(pack()); }

TEST_F(Crash, WhilePackingAgain) {
  prepare_latents();
  draw("pictures/0001.jpg", 100);
  draw("pictures/0013.jpg", 13);
  try_all(pack());
}

TEST_F(Crash, WhileEmbedding) {
  prepare(pack());
  prepare(train("first", 1));
  try_all({"embed", "shop", "--quiet"});
}

TEST_F(Crash, WhileClustering) {
  prepare_latents();
  try_all({"cluster", "shop", "--clusters", "4", "--quiet"});
}

TEST_F(Crash, WhileCompacting) {
  prepare_latents();
  draw("pictures/0001.jpg", 100);
  draw("pictures/0013.jpg", 13);
  prepare(pack());
  prepare({"embed", "shop", "--quiet"});
  prepare({"remove", "shop", "0006", "--quiet"});
  try_all({"compact", "shop", "--quiet"});
}

class CrashWhileRemoving : public CrashTest {
  void check(const std::string& now, bool acknowledged) override {
    EXPECT_TRUE(now == after() || (now == before() && !acknowledged)) << now;
    if (now != after()) expect_done(words());  // a second time it would name items that are gone
    expect_done(pack());                       // brings nothing back
    EXPECT_EQ(state(), after());
    EXPECT_EQ(temporary_files(), "");
  }
};

TEST_F(CrashWhileRemoving, TakesAllItemsOrNoneForEver) {
  prepare_latents();
  try_all({"remove", "shop", "0004", "0007", "0012", "--quiet"});
}

// Two files, which cannot both change in one step: each is as before or as after.
class CrashWhileExporting : public CrashTest {
 protected:
  const std::vector<std::string> files_ = {"out.npy", "out.keys.txt"};

 private:
  void check(const std::string& now, bool acknowledged) override {
    EXPECT_EQ(now, before());
    for (const std::string& file : files_) {
      const std::string found = read("work/" + file);
      const bool done = found == read("whole/" + file);
      EXPECT_TRUE(done || (found == read("start/" + file) && !acknowledged)) << file << found;
    }
    expect_done(words());
    for (const std::string& file : files_) EXPECT_EQ(read("work/" + file), read("whole/" + file));
    EXPECT_EQ(temporary_files(), "");
  }
};

TEST_F(CrashWhileExporting, LeavesEachFileAsBeforeOrAsAfter) {
  prepare_latents();
  const Words words = {"export", "shop", "out.npy", "--quiet"};
  prepare(words);
  prepare({"remove", "shop", "0004", "--quiet"});
  std::filesystem::copy(path("start"), path("whole"), std::filesystem::copy_options::recursive);
  ASSERT_EQ(Running(words, path("whole"), "").wait().exit_code, 0);
  ASSERT_NE(read("whole/out.npy"), read("start/out.npy"));
  try_all(words);
}

class CrashWhileReporting : public CrashTest {
  // Also every file of the page.
  [[nodiscard]] std::string state() const override {
    std::string text = CrashTest::state();
    if (!exists("work/shop/report")) return text;
    std::set<std::string> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(path("work/shop/report"))) {
      const auto name = std::filesystem::relative(entry.path(), path("")).string();
      if (entry.is_regular_file())
        files.insert(name + " " + std::to_string(std::hash<std::string>()(read(name))));
    }
    for (const std::string& file : files) text += file + "\n";
    return text;
  }
};

TEST_F(CrashWhileReporting, LeavesTheOldPageOrTheNewOne) {
  prepare_latents();
  prepare({"report", "shop", "--quiet"});
  prepare({"remove", "shop", "0004", "--quiet"});
  try_all({"report", "shop", "--quiet"});
}

// A training commits as it goes. What it changes for others is that its model is there, from the
// first epoch on; what the shop answers is the active model's, and stays. Resumed, it ends with the
// latents of a training that nothing had interrupted.
class CrashWhileTraining : public CrashTest {
 protected:
  void expect_to_go_on(const std::string& name) {
    Words resume = train(name, kEpochs);
    resume.emplace_back("--resume");
    const Outcome outcome = run_in_work(resume);
    std::string trained = name;
    if (outcome.exit_code != 0) {  // killed before its first epoch was kept
      EXPECT_NE(outcome.err.find("there is no checkpoint to go on from"), std::string::npos)
          << outcome.err;
      trained = "another";
      expect_done(train(trained, kEpochs));
    }
    EXPECT_EQ(latents_of(trained), whole_);
  }
  [[nodiscard]] std::string latents_of(const std::string& model) const {
    expect_done({"embed", "shop", "--model", model, "--quiet"});
    expect_done({"export", "shop", "../trained.npy", "--quiet"});
    return read("trained.npy");
  }

  static constexpr int kEpochs = 3;
  std::string whole_;

 private:
  void check(const std::string& now, bool acknowledged) override {
    EXPECT_TRUE(now == after() || (now == before() && !acknowledged)) << now;
    expect_to_go_on("second");
  }
};

TEST_F(CrashWhileTraining, LeavesAllAnswersAndGoesOn) {
  prepare_latents();
  begin_anew();
  expect_done(train("second", kEpochs));
  whole_ = latents_of("second");
  try_all(train("second", kEpochs));
}

// Going on with the training of the model that is active: its weights change, and with them what
// its latents must be. A picture of an item lies where its item lies only by the same weights.
class CrashWhileResuming : public CrashWhileTraining {
 protected:
  void prepare_interrupted_training() {
    prepare(pack());
    begin_anew();
    EXPECT_EQ(run_counted(train("first", kEpochs), {}).exit_code, 0);
    const auto calls = logged_calls();
    const auto second = std::ranges::find_if(
        calls, [](const LoggedCall& call) { return call.path.ends_with("epoch-0002.pack.tmp"); });
    ASSERT_NE(second, calls.end());
    const auto number = static_cast<std::size_t>(second - calls.begin()) + 1;
    begin_anew();
    EXPECT_EQ(run_counted(train("first", kEpochs), {.call = number, .there = kKill}).signal,
              SIGKILL);
    std::filesystem::remove_all(path("start"));
    std::filesystem::rename(path("work"), path("start"));
    prepare({"embed", "shop", "--quiet"});
    prepare({"cluster", "shop", "--clusters", "3", "--quiet"});
  }

 private:
  void check(const std::string& /*now*/, bool /*acknowledged*/) override {
    const Json answer = parse_json(
        run_in_work({"recommend", "shop", "--image", "../pictures/0001.jpg", "--json"}).out,
        "recommend");
    const Json& nearest = answer.at("results").array().front();
    EXPECT_EQ(nearest.at("key").text(), "0001");
    EXPECT_LT(nearest.at("distance").number(), 1e-3);
    expect_to_go_on("first");
  }
};

TEST_F(CrashWhileResuming, KeepsLatentsAndWeightsTogether) {
  prepare_interrupted_training();
  Words resume = train("first", kEpochs);
  resume.emplace_back("--resume");
  begin_anew();
  expect_done(resume);
  whole_ = latents_of("first");
  try_all(resume);
}

}  // namespace
}  // namespace likeness
