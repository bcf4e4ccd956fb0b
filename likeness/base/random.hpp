// Random numbers that are the same on every machine and with every standard library, which
// <random>'s distributions are not: xoshiro256++ (Blackman and Vigna 2019), seeded by splitmix64.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace likeness {

class Random {
 public:
  using State = std::array<std::uint64_t, 4>;

  explicit Random(std::uint64_t seed) noexcept;
  explicit Random(const State& state) noexcept : state_(state) {}

  [[nodiscard]] std::uint64_t next() noexcept;
  // A whole number in [0, bound); bound > 0. Lemire's method, without bias.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;
  [[nodiscard]] double uniform() noexcept;  // in [0, 1)
  [[nodiscard]] double uniform(double low, double high) noexcept;
  [[nodiscard]] double normal() noexcept;  // mean 0, spread 1 (Box-Muller, one value a call)

  template <typename T>
  void shuffle(std::span<T> values) noexcept {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

  // What a checkpoint keeps to go on exactly where it stopped.
  [[nodiscard]] const State& state() const noexcept { return state_; }

 private:
  State state_;
};

}  // namespace likeness
