#include "likeness/catalogue/decode_budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

TEST(DecodeBudget, NeverLendsMoreThanThereIs) {
  constexpr std::size_t kBytes = 100'000'000;
  MemoryBudget budget(kBytes);
  std::atomic<std::size_t> held = 0;
  std::atomic<std::size_t> most = 0;
  constexpr std::size_t kThreads = 8;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 200; ++round) {
        const std::size_t bytes = 10'000'000 * (i + 1);
        const auto share = budget.take(bytes);
        const std::size_t now = held += bytes;
        std::size_t before = most;
        while (now > before && !most.compare_exchange_weak(before, now)) {
        }
        held -= bytes;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most, kBytes);
  EXPECT_GE(most, std::size_t{80'000'000});
}

TEST(DecodeBudget, GivesAllToWhoAsksForMore) {
  MemoryBudget budget(10'000'000);
  for (int round = 0; round < 3; ++round) const auto share = budget.take(900'000'000);
}

TEST(DecodeBudget, DoesNotCountWhatIsSmall) {
  MemoryBudget budget(10'000'000);
  const auto all = budget.take(10'000'000);
  const auto small = budget.take(1'000'000);  // would wait for ever
}

TEST(DecodeBudget, FollowsFromTheFilesSize) {
  const Size size{.width = 10'000, .height = 10'000};
  EXPECT_NO_THROW(refuse_too_costly(size, 300'000'000, 1));
  EXPECT_THROW(refuse_too_costly(size, 800'000'000, 780'000), Error);
  EXPECT_NO_THROW(refuse_too_costly(size, 800'000'000, 3'000'000));
}

}  // namespace
}  // namespace likeness
