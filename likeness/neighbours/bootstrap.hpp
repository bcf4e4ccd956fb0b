// How far a mean may be off by chance: the bootstrap's percentile interval (Efron and Tibshirani,
// An Introduction to the Bootstrap, 1993, chapter 13).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace likeness {

struct BootstrapOptions {
  std::size_t resamples = 1000;
  double confidence = 0.95;
  std::uint64_t seed = 1;
};

struct Interval {
  double mean = 0.0;
  double low = 0.0;
  double high = 0.0;
};

// All zeros for no values.
[[nodiscard]] Interval bootstrap_mean(std::span<const double> values,
                                      const BootstrapOptions& options = {});

// The mean of first - second of the same queries: an interval above 0 says that first is better.
[[nodiscard]] Interval bootstrap_difference(std::span<const double> first,
                                            std::span<const double> second,
                                            const BootstrapOptions& options = {});

}  // namespace likeness
