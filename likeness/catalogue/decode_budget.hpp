// What decoding a picture may cost. A file of some kilobytes can ask for minutes and gigabytes.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Memory for all pictures that are decoded at once, however many threads do it. May be used from
// any number of threads.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : bytes_(bytes) {}

  // A part of the budget, held as long as this lives.
  class Share {
   public:
    Share() = default;
    Share(MemoryBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    Share& operator=(Share&&) = delete;
    ~Share();

   private:
    MemoryBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

  // Waits until so much is free. Who asks for more than all of it gets all of it, alone. A thread
  // that holds a share must not take another. What is small is not counted.
  [[nodiscard]] Share take(std::size_t bytes);

 private:
  void give_back(std::size_t bytes);

  const std::size_t bytes_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t taken_ = 0;
};

// Each throws its reason if a picture, as its head tells it, must not be decoded.
// `size` is what is decoded, at a reduced scale where that is possible.
void refuse_too_large(Size size, std::size_t max_pixels);
// `sample_bytes` pass through the decoder. A file may ask for 320 MB and 200 times its own size,
// which an honest one never needs: time, and the most memory a picture can take, follow from that.
void refuse_too_costly(Size stored, std::size_t sample_bytes, std::size_t file_bytes);

}  // namespace likeness
