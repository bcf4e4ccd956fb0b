#include "likeness/base/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace likeness {
namespace {

TEST(ThreadPool, CallsEachOnceInEveryRound) {
  for (const std::size_t threads : {1U, 2U, 5U}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const std::size_t count : {0U, 1U, 3U, 17U, 1000U}) {
      std::vector<int> calls(count);
      pool.run(count, [&](std::size_t i, std::size_t) { ++calls[i]; });
      EXPECT_EQ(calls, std::vector<int>(count, 1)) << threads << " threads";
    }
  }
}

TEST(ThreadPool, NeverHasTwoCallsOfOneWorkerAtOnce) {
  ThreadPool pool(4);
  std::vector<std::atomic<int>> inside(4);
  std::atomic<bool> alone{true};
  for (int round = 0; round < 200; ++round) {
    pool.run(20, [&](std::size_t, std::size_t worker) {
      if (inside.at(worker)++ != 0) alone = false;
      --inside[worker];
    });
  }
  EXPECT_TRUE(alone);
}

TEST(ThreadPool, ItsFirstWorkerIsTheCaller) {
  ThreadPool pool(3);
  const auto caller = std::this_thread::get_id();
  std::atomic<bool> always{true};
  for (int round = 0; round < 200; ++round) {
    pool.run(20, [&](std::size_t, std::size_t worker) {
      if ((std::this_thread::get_id() == caller) != (worker == 0)) always = false;
    });
  }
  EXPECT_TRUE(always);
}

TEST(ThreadPool, HasNoMoreWorkersThanThereIsToDo) {
  ThreadPool pool(5);
  std::atomic<std::size_t> most{0};
  for (int round = 0; round < 200; ++round) {
    pool.run(3, [&](std::size_t, std::size_t worker) {
      std::size_t before = most;
      while (worker > before && !most.compare_exchange_weak(before, worker)) {
      }
    });
  }
  EXPECT_LT(most, 3U);
}

TEST(ThreadPool, ThrowsTheExceptionOfACallAndCanBeUsedAgain) {
  ThreadPool pool(3);
  std::atomic<int> calls{0};
  const auto fails = [&] {
    pool.run(1'000'000, [&](std::size_t i, std::size_t) {
      ++calls;
      if (i == 5) throw std::runtime_error("five");
    });
  };
  EXPECT_THROW(fails(), std::runtime_error);
  EXPECT_LT(calls, 1'000'000);
  calls = 0;
  pool.run(10, [&](std::size_t, std::size_t) { ++calls; });
  EXPECT_EQ(calls, 10);
}

}  // namespace
}  // namespace likeness
