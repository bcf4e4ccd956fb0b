#include "app/terminal_status.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "app/remedy.hpp"
#include "likeness/base/words.hpp"
#include "likeness/catalogue/printable.hpp"

namespace likeness {
namespace {

using namespace std::chrono_literals;

std::string time_left(double seconds) {
  const auto whole = static_cast<std::size_t>(std::ceil(seconds));
  if (whole < 120) return std::to_string(whole) + " s left";
  return std::to_string((whole + 59) / 60) + " min left";
}

}  // namespace

TerminalStatus::Style style_of_stderr() noexcept {
  using Style = TerminalStatus::Style;
  return ::isatty(STDERR_FILENO) == 1 ? Style::kTerminal : Style::kLines;
}

std::string progress_line(const std::string& doing, const std::string& unit, std::size_t done,
                          std::size_t total, double seconds) {
  std::string line = doing + ": " + with_thousands(done);
  if (total > 0) line += " of " + with_thousands(total);
  line += " " + unit;
  if (done == 0 || seconds <= 0.0) return line;
  const double rate = static_cast<double>(done) / seconds;
  line += ", " + with_thousands(static_cast<std::size_t>(rate)) + "/s";
  if (total > done) line += ", " + time_left(static_cast<double>(total - done) / rate);
  return line;
}

TerminalStatus::Clock::duration TerminalStatus::pause() const {
  return style_ == Style::kTerminal ? 200ms : 5s;
}

void TerminalStatus::begin(const std::string& doing, const std::string& unit, std::size_t total) {
  doing_ = doing;
  unit_ = unit;
  total_ = total;
  start_ = Clock::now();
  done_ = 0;
  next_print_ = (start_ + pause()).time_since_epoch().count();
  printed_ = false;
}

void TerminalStatus::advance(std::size_t units) {
  done_ += units;
  if (style_ == Style::kQuiet) return;
  const auto now = Clock::now();
  if (now.time_since_epoch().count() < next_print_) return;
  const std::unique_lock lock(printing_, std::try_to_lock);
  if (lock) print(now);
}

void TerminalStatus::end() {
  if (!printed_ || style_ != Style::kTerminal) return;
  print(Clock::now());
  std::fputc('\n', stderr);
}

// Whether it arrives changes nothing.
void TerminalStatus::say(const Message& message) {
  if (style_ == Style::kQuiet) return;
  std::fprintf(stderr, "%s\n", printable(line_of(message, shop_)).c_str());
}

void TerminalStatus::print(Clock::time_point now) {
  next_print_ = (now + pause()).time_since_epoch().count();
  printed_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string line = progress_line(doing_, unit_, done_, total_, seconds);
  const bool terminal = style_ == Style::kTerminal;
  std::fprintf(stderr, terminal ? "\r\x1b[K%s" : "%s\n", line.c_str());
  std::fflush(stderr);
}

}  // namespace likeness
