#include "likeness/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace likeness {
namespace {

TEST(ParallelFor, CallsEachIndexOnce) {
  for (const std::size_t threads : {0U, 1U, 2U, 5U}) {
    std::vector<std::atomic<int>> calls(37);
    parallel_for(calls.size(), threads, [&](std::size_t i) { ++calls[i]; });
    for (const auto& count : calls) EXPECT_EQ(count, 1);
  }
}

TEST(ParallelFor, ThrowsAgainWhatTheBodyThrew) {
  EXPECT_THROW(parallel_for(100, 3,
                            [](std::size_t i) {
                              if (i == 50) throw std::runtime_error("fifty");
                            }),
               std::runtime_error);
}

TEST(AvailableThreads, IsAtLeastOne) { EXPECT_GE(available_threads(), 1U); }

}  // namespace
}  // namespace likeness
