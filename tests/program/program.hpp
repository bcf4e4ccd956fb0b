// Runs the real likeness as a person or a script would, without a shell between.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/catalogue/image.hpp"

namespace likeness {

struct Outcome {
  int exit_code = -1;  // -1: ended by a signal
  int signal = 0;
  std::string out;
  std::string err;
  std::uint64_t peak_memory = 0;  // bytes resident at most
};

// A run that has been started; ends with the object if nobody waited for it.
class Running {
 public:
  // Runs in `folder`; output goes to files beside it. `input` is what the program reads, and
  // `environment` ("NAME=VALUE") is added to the test's own.
  Running(const std::vector<std::string>& words, const std::filesystem::path& folder,
          const std::string& input, const std::vector<std::string>& environment = {});
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  Running(Running&&) = delete;
  Running& operator=(Running&&) = delete;

  void send(int signal) const;
  [[nodiscard]] bool ended();  // without waiting
  Outcome wait();

 private:
  [[nodiscard]] std::filesystem::path file(const char* ending) const;

  std::filesystem::path folder_;
  std::string name_;
  pid_t process_ = -1;
  int status_ = 0;
  rusage used_{};
};

// A folder of the test's own, in which the program runs: paths in tests are relative to it.
class ProgramTest : public testing::Test {
 protected:
  ProgramTest();
  ~ProgramTest() override;

  [[nodiscard]] Outcome run(const std::vector<std::string>& words,
                            const std::string& input = "") const;
  // Sends the signal when the time is up, if it has not ended by then.
  [[nodiscard]] Outcome run_for(std::chrono::microseconds time, int signal,
                                const std::vector<std::string>& words) const;
  // How long a run takes, which is expected to succeed: moments to end others at.
  [[nodiscard]] std::chrono::microseconds time_of(const std::vector<std::string>& words) const;
  // Runs with --json and expects success, nothing but one document on stdout.
  [[nodiscard]] Json run_json(std::vector<std::string> words) const;
  // Expects this exit code, nothing on stdout, and one line on stderr; returns the line.
  [[nodiscard]] std::string complaint(int exit_code, const std::vector<std::string>& words) const;

  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, const std::string& content) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  [[nodiscard]] bool exists(const std::string& name) const {
    return std::filesystem::exists(path(name));
  }
  // A JPEG of its own: `seed` decides its pixels.
  void draw(const std::string& name, std::uint64_t seed,
            Size size = {.width = 24, .height = 32}) const;
  // pictures/0001.jpg and so on.
  void draw_pictures(int count) const;

 private:
  std::filesystem::path folder_;
};

// A member of what a verb says as JSON.
inline std::int64_t number_in(const Json& json, const char* name) {
  return json.at(name).integer();
}

}  // namespace likeness
