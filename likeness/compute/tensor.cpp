#include "likeness/compute/tensor.hpp"

#include <cstring>
#include <new>

namespace likeness {
namespace {

constexpr std::align_val_t kCacheLine{64};

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t bytes)
    : memory_(static_cast<std::byte*>(::operator new(bytes, kCacheLine))), size_(bytes) {
  std::memset(memory_.get(), 0, bytes);
}

void AlignedBuffer::Free::operator()(std::byte* memory) const noexcept {
  ::operator delete(memory, kCacheLine);
}

}  // namespace likeness
