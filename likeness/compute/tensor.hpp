// Shapes of activations, and the memory that holds them.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace likeness {

// N pictures, C channels, H rows, W columns. In memory the channels lie innermost (N, H, W, C).
struct Shape {
  std::size_t n = 1, c = 1, h = 1, w = 1;

  [[nodiscard]] constexpr std::size_t pixels() const noexcept { return n * h * w; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return n * c * h * w; }
  bool operator==(const Shape&) const = default;
};

// How activations and their gradients are kept. BF16 is the upper half of an F32: the same range
// with 8 bits of precision, at twice the speed where the processor multiplies it.
enum class Precision { kF32, kBf16 };

[[nodiscard]] constexpr std::size_t bytes_per_value(Precision precision) noexcept {
  return precision == Precision::kF32 ? 4 : 2;
}

// Whether this processor multiplies BF16 itself (AVX512_BF16 or AMX) rather than by emulation.
[[nodiscard]] bool has_fast_bf16() noexcept;

// A view of activations: (N, H, W, C) without gaps. Whoever made the memory keeps it alive.
struct Tensor {
  Shape shape;
  Precision precision = Precision::kF32;
  void* data = nullptr;

  [[nodiscard]] std::size_t bytes() const noexcept {
    return shape.size() * bytes_per_value(precision);
  }
  [[nodiscard]] std::span<float> floats() const noexcept {
    assert(precision == Precision::kF32);
    return {static_cast<float*>(data), shape.size()};
  }
};

// Zeroed memory that starts at a cache line.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t bytes);

  [[nodiscard]] std::byte* data() const noexcept { return memory_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<float> floats() const noexcept {
    return {reinterpret_cast<float*>(memory_.get()), size_ / sizeof(float)};
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const noexcept;
  };
  std::unique_ptr<std::byte, Free> memory_;
  std::size_t size_ = 0;
};

}  // namespace likeness
