// Tells a waiting person on stderr how far a command is: one line that changes on a terminal, a
// plain line every few seconds elsewhere, nothing when quiet.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include "likeness/base/work.hpp"

namespace likeness {

class TerminalStatus : public Status {
 public:
  enum class Style { kTerminal, kLines, kQuiet };
  // `shop` is what messages name that a verb mends.
  TerminalStatus(Style style, std::string shop) : style_(style), shop_(std::move(shop)) {}

  void begin(const std::string& doing, const std::string& unit, std::size_t total) override;
  // Prints only if enough time has passed since the last line.
  void advance(std::size_t units) override;
  void end() override;
  void say(const Message& message) override;

 private:
  using Clock = std::chrono::steady_clock;
  void print(Clock::time_point now);
  [[nodiscard]] Clock::duration pause() const;

  Style style_;
  std::string shop_;
  std::string doing_;
  std::string unit_;
  std::size_t total_ = 0;
  Clock::time_point start_;
  std::atomic<std::size_t> done_{0};
  std::atomic<Clock::rep> next_print_;
  std::mutex printing_;
  bool printed_ = false;
};

// By what stderr is.
[[nodiscard]] TerminalStatus::Style style_of_stderr() noexcept;

// "pack: 1,200 of 39,000 pictures, 31,000/s, 2 s left": the line without its line end. total = 0:
// not known, so that no share and no time left are shown.
[[nodiscard]] std::string progress_line(const std::string& doing, const std::string& unit,
                                        std::size_t done, std::size_t total, double seconds);

}  // namespace likeness
