// How often each client may ask: a token bucket each, which is full after two seconds without a
// request and may be emptied at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "likeness/web/http.hpp"

namespace likeness {

// For any number of threads.
class RateLimits {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimits(double requests_per_second) : rate_(requests_per_second) {}

  struct Taken {
    bool allowed = false;
    double left = 0.0;     // requests, at once
    double seconds = 0.0;  // until the next one is allowed
  };
  Taken take(std::string_view client, Clock::time_point now = Clock::now());

  // Who are remembered: no more than twice those of a few seconds.
  [[nodiscard]] std::size_t clients() const;

  // RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-10.
  [[nodiscard]] HttpHeaders headers(const Taken& taken) const;

 private:
  struct Bucket {
    double left = 0.0;
    Clock::time_point then;
  };
  [[nodiscard]] double capacity() const noexcept;
  [[nodiscard]] double left(const Bucket& bucket, Clock::time_point now) const;

  double rate_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
  std::size_t swept_ = 0;  // how many were left when the full ones were last taken out
};

}  // namespace likeness
