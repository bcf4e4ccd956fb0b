// What a service counts, and how Prometheus reads it (text format 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace likeness {

class Metrics {
 public:
  // Parts of an answer that are timed by themselves.
  enum class Part { kDecode, kEmbed, kSearch, kDraw };
  static constexpr std::size_t kParts = 4;

  // `route` is a pattern, never what somebody sent.
  void count_request(const std::string& route, int status, double seconds);
  void count_part(Part part, double seconds);

  // What is so now, beside what was counted.
  struct Now {
    std::size_t items = 0;
    std::size_t connections = 0;
    std::size_t waiting = 0;
    std::size_t kept_pictures = 0;
    std::size_t jobs = 0;  // that wait or run
    bool ready = true;
  };
  [[nodiscard]] std::string text(const Now& now) const;

 private:
  static constexpr std::array kBounds{.0005, .001, .0025, .005, .01, .025, .05,
                                      .1,    .25,  .5,    1.0,  2.5, 5.0,  10.0};
  struct Histogram {
    void add(double seconds);
    void write(std::string& text, const std::string& name, const std::string& labels) const;
    std::array<std::uint64_t, kBounds.size() + 1> counts{};
    std::uint64_t count = 0;
    double sum = 0.0;
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Histogram> seconds_;  // by route
  std::array<Histogram, kParts> parts_;
};

// Counts the time from its making to its end.
class TimedPart {
 public:
  TimedPart(Metrics& metrics, Metrics::Part part)
      : metrics_(metrics), part_(part), start_(std::chrono::steady_clock::now()) {}
  ~TimedPart() {
    metrics_.count_part(
        part_, std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count());
  }
  TimedPart(const TimedPart&) = delete;
  TimedPart& operator=(const TimedPart&) = delete;
  TimedPart(TimedPart&&) = delete;
  TimedPart& operator=(TimedPart&&) = delete;

 private:
  Metrics& metrics_;
  Metrics::Part part_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace likeness
