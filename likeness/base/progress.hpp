// Tells a waiting person how far a command is: one line that changes on a terminal, a plain line
// every few seconds elsewhere, nothing when quiet. Everything goes to stderr.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace likeness {

enum class ProgressStyle { kTerminal, kLines, kQuiet };

// kQuiet if asked for, else by what stderr is.
[[nodiscard]] ProgressStyle progress_style_of_stderr() noexcept;

class Progress {
 public:
  // total = 0: not known, so no share and no time left are shown.
  Progress(std::string doing, std::string unit, std::size_t total, ProgressStyle style);
  ~Progress();  // ends the terminal's line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Progress(Progress&&) = delete;
  Progress& operator=(Progress&&) = delete;

  // May be called from any thread; prints only if enough time has passed since the last line.
  void advance(std::size_t count = 1);

 private:
  using Clock = std::chrono::steady_clock;
  void print(Clock::time_point now);

  std::string doing_;
  std::string unit_;
  std::size_t total_;
  ProgressStyle style_;
  Clock::time_point start_ = Clock::now();
  std::atomic<std::size_t> done_{0};
  std::atomic<Clock::rep> next_print_;
  std::mutex printing_;
  bool printed_ = false;
};

// "pack: 1,200 of 39,000 pictures, 31,000/s, 2 s left": the line without its line end.
[[nodiscard]] std::string progress_line(const std::string& doing, const std::string& unit,
                                        std::size_t done, std::size_t total, double seconds);

// 1234567 as "1,234,567".
[[nodiscard]] std::string with_thousands(std::size_t number);

}  // namespace likeness
