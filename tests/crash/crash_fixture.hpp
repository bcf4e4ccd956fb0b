// Runs likeness again and again from the same state, each time ending it or letting it fail at
// another of its calls that change files, and looks at what it leaves.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/crash/logged_calls.hpp"
#include "tests/program/program.hpp"

namespace likeness {

using Words = std::vector<std::string>;

// What is done at one call, the first being 1.
struct CrashPoint {
  std::size_t call = 0;
  std::string there;  // kKill, kTear, kShort or an errno
};

// The tests run in the folder work/, which is made anew for each point as a copy of start/, where
// the test prepares its shop; pictures and tables beside both stay as they are.
class CrashTest : public ProgramTest {
 protected:
  CrashTest();

  static Words pack();
  static Words train(const std::string& name, int epochs);
  // Runs in start/ and expects success.
  void prepare(const Words& words) const;
  // A shop with an item removed, a model, latents and clusters.
  void prepare_latents() const;

  // In work/: ends this command, or lets it fail, at its calls that change files; and cuts the
  // power after each, so that what had not been flushed is lost.
  void try_all(const Words& words);

  // What the shop in work/ holds: all that info, export and recommend could answer from.
  [[nodiscard]] virtual std::string state() const;
  // Called after a point with that state; the run has been acknowledged if it said that it was
  // done. By default it is as before or as after, as after if acknowledged, and the same command,
  // given again, ends in the state after.
  virtual void check(const std::string& now, bool acknowledged);

  [[nodiscard]] Outcome run_in_work(const Words& words) const;
  void expect_done(const Words& words) const;
  // Names of the temporary files below work/.
  [[nodiscard]] std::string temporary_files() const;
  // Runs in work/, a copy of start/, with the library.
  [[nodiscard]] Outcome run_counted(const Words& words, const CrashPoint& point) const;
  [[nodiscard]] std::vector<LoggedCall> logged_calls() const;
  void begin_anew() const;

  [[nodiscard]] const Words& words() const { return words_; }
  [[nodiscard]] const std::string& before() const { return before_; }
  [[nodiscard]] const std::string& after() const { return after_; }

 private:
  std::vector<LoggedCall> run_whole(const Words& words);
  void try_point(const CrashPoint& point, const LoggedCall& call);
  [[nodiscard]] std::string try_points(const std::vector<LoggedCall>& calls);
  [[nodiscard]] std::string try_power_cuts(const std::vector<LoggedCall>& calls);
  void check_shop(bool acknowledged);
  [[nodiscard]] bool check_end(const CrashPoint& point, const Outcome& outcome) const;

  Words words_;
  std::string before_;
  std::string after_;
};

}  // namespace likeness
