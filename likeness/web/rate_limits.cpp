#include "likeness/web/rate_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace likeness {
namespace {

constexpr double kWindowSeconds = 2.0;
constexpr std::size_t kFewBuckets = 1024;

}  // namespace

double RateLimits::capacity() const noexcept { return std::max(1.0, rate_ * kWindowSeconds); }

double RateLimits::left(const Bucket& bucket, Clock::time_point now) const {
  const double seconds = std::chrono::duration<double>(now - bucket.then).count();
  return std::min(capacity(), bucket.left + std::max(0.0, seconds) * rate_);
}

RateLimits::Taken RateLimits::take(std::string_view client, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  // A full bucket is as good as none.
  if (buckets_.size() > std::max(kFewBuckets, 2 * swept_)) {
    std::erase_if(buckets_, [&](const auto& one) { return left(one.second, now) >= capacity(); });
    swept_ = buckets_.size();
  }
  Bucket& bucket =
      buckets_.try_emplace(std::string(client), Bucket{.left = capacity(), .then = now})
          .first->second;
  bucket = {.left = left(bucket, now), .then = now};
  if (bucket.left < 1.0) return {.left = bucket.left, .seconds = (1.0 - bucket.left) / rate_};
  bucket.left -= 1.0;
  return {.allowed = true, .left = bucket.left};
}

std::size_t RateLimits::clients() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

HttpHeaders RateLimits::headers(const Taken& taken) const {
  return {{"RateLimit-Policy",
           fmt::format("\"client\";q={:.0f};w={:.0f}", capacity(), std::ceil(capacity() / rate_))},
          {"RateLimit", fmt::format("\"client\";r={:.0f};t={:.0f}", std::floor(taken.left),
                                    std::ceil((capacity() - taken.left) / rate_))}};
}

}  // namespace likeness
