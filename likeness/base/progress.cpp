#include "likeness/base/progress.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <utility>

namespace likeness {
namespace {

using namespace std::chrono_literals;

std::chrono::steady_clock::duration pause_of(ProgressStyle style) {
  return style == ProgressStyle::kTerminal ? 200ms : 5s;
}

std::string time_left(double seconds) {
  const auto whole = static_cast<std::size_t>(std::ceil(seconds));
  if (whole < 120) return std::to_string(whole) + " s left";
  return std::to_string((whole + 59) / 60) + " min left";
}

}  // namespace

ProgressStyle progress_style_of_stderr() noexcept {
  return ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::kTerminal : ProgressStyle::kLines;
}

std::string with_thousands(std::size_t number) {
  std::string text = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3) {
    text.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return text;
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

Progress::Progress(std::string doing, std::string unit, std::size_t total, ProgressStyle style)
    : doing_(std::move(doing)),
      unit_(std::move(unit)),
      total_(total),
      style_(style),
      next_print_((start_ + pause_of(style)).time_since_epoch().count()) {}

Progress::~Progress() {
  if (!printed_ || style_ != ProgressStyle::kTerminal) return;
  print(Clock::now());
  std::fputc('\n', stderr);
}

void Progress::advance(std::size_t count) {
  done_ += count;
  if (style_ == ProgressStyle::kQuiet) return;
  const auto now = Clock::now();
  if (now.time_since_epoch().count() < next_print_) return;
  const std::unique_lock lock(printing_, std::try_to_lock);
  if (lock) print(now);
}

void Progress::print(Clock::time_point now) {
  next_print_ = (now + pause_of(style_)).time_since_epoch().count();
  printed_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string line = progress_line(doing_, unit_, done_, total_, seconds);
  const bool terminal = style_ == ProgressStyle::kTerminal;
  std::fprintf(stderr, terminal ? "\r\x1b[K%s" : "%s\n", line.c_str());
  std::fflush(stderr);
}

}  // namespace likeness
