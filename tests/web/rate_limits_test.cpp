#include "likeness/web/rate_limits.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace likeness {
namespace {

using Clock = RateLimits::Clock;
using namespace std::chrono_literals;

TEST(RateLimits, LetTwoSecondsOfRequestsThroughAtOnce) {
  RateLimits limits(5.0);
  const auto start = Clock::now();
  for (int i = 9; i >= 0; --i) {
    const auto taken = limits.take("a", start);
    EXPECT_TRUE(taken.allowed);
    EXPECT_DOUBLE_EQ(taken.left, i);
  }
  const auto refused = limits.take("a", start);
  EXPECT_FALSE(refused.allowed);
  EXPECT_DOUBLE_EQ(refused.seconds, 0.2);
  EXPECT_TRUE(limits.take("b", start).allowed);  // another client's
}

TEST(RateLimits, LetOneThroughForEachThatHasTime) {
  RateLimits limits(4.0);
  auto now = Clock::now();
  while (limits.take("a", now).allowed) {
  }
  for (int i = 0; i < 20; ++i) {
    now += 251ms;
    EXPECT_TRUE(limits.take("a", now).allowed) << i;
    EXPECT_FALSE(limits.take("a", now).allowed) << i;
  }
  // No more gather than fit.
  now += 24h;
  int allowed = 0;
  while (limits.take("a", now).allowed) ++allowed;
  EXPECT_EQ(allowed, 8);
}

TEST(RateLimits, LetOneThroughHoweverSlowTheRate) {
  RateLimits limits(0.1);
  const auto start = Clock::now();
  EXPECT_TRUE(limits.take("a", start).allowed);
  const auto refused = limits.take("a", start);
  EXPECT_FALSE(refused.allowed);
  EXPECT_DOUBLE_EQ(refused.seconds, 10.0);
  EXPECT_TRUE(limits.take("a", start + 10s).allowed);
}

TEST(RateLimits, RememberNoMoreClientsThanHaveAskedOfLate) {
  RateLimits limits(1.0);
  auto now = Clock::now();
  for (int i = 0; i < 50'000; ++i) {
    now += 1ms;
    (void)limits.take(std::to_string(i), now);
  }
  EXPECT_LE(limits.clients(), 4096U);  // who asked in the last second, and twice that
  // Who still waits is not forgotten.
  while (limits.take("waits", now).allowed) {
  }
  for (int i = 0; i < 10'000; ++i) (void)limits.take("other " + std::to_string(i), now);
  EXPECT_FALSE(limits.take("waits", now).allowed);
}

TEST(RateLimits, SayWhatIsLeft) {
  RateLimits limits(5.0);
  const auto headers = limits.headers(limits.take("a"));
  ASSERT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers[0].first, "RateLimit-Policy");
  EXPECT_EQ(headers[0].second, "\"client\";q=10;w=2");
  EXPECT_EQ(headers[1].first, "RateLimit");
  EXPECT_EQ(headers[1].second, "\"client\";r=9;t=1");
}

}  // namespace
}  // namespace likeness
