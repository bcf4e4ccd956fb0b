#include "likeness/catalogue/decode_budget.hpp"

#include <algorithm>
#include <string>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"

namespace likeness {
namespace {

constexpr int kMaxDecodedSide = 65'535;  // what JPEG allows; longer strips are no pictures

std::string sides(Size size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

}  // namespace

MemoryBudget::Share::~Share() {
  if (budget_ != nullptr) budget_->give_back(bytes_);
}

MemoryBudget::Share MemoryBudget::take(std::size_t bytes) {
  constexpr std::size_t kSmall = 8'000'000;
  if (bytes <= kSmall) return {};
  bytes = std::min(bytes, bytes_);
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return taken_ + bytes <= bytes_; });
  taken_ += bytes;
  return {*this, bytes};
}

void MemoryBudget::give_back(std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  taken_ -= bytes;
  freed_.notify_all();
}

void refuse_too_large(Size size, std::size_t max_pixels) {
  const std::size_t pixels =
      static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  if (pixels > max_pixels) {
    throw Error(Error::Kind::kInput, "has " + sides(size) + " pixels; at most " +
                                         with_thousands(max_pixels) + " are decoded");
  }
  if (std::max(size.width, size.height) > kMaxDecodedSide) {
    throw Error(Error::Kind::kInput, "has sides of " + sides(size) + " pixels; at most " +
                                         with_thousands(kMaxDecodedSide) + " a side are decoded");
  }
}

void refuse_too_costly(Size stored, std::size_t sample_bytes, std::size_t file_bytes) {
  constexpr std::size_t kFree = 320'000'000;
  constexpr std::size_t kTimesFile = 200;
  if (sample_bytes <= kFree || (sample_bytes - kFree) / kTimesFile <= file_bytes) return;
  throw Error(Error::Kind::kInput,
              "has " + sides(stored) + " pixels, whose " + with_thousands(sample_bytes) +
                  " bytes are too many for a file of " + with_thousands(file_bytes) + " bytes");
}

}  // namespace likeness
