// What oneDNN says of the processor that it computes for.
#pragma once

#include <cstdint>

namespace likeness {

// oneDNN's value of AVX512_BF16: a set of bits, one for each feature that this one includes.
inline constexpr std::uint32_t kIsaWithBf16 = 0xe7;

// Whether a processor of that value multiplies BF16 itself. Newer ones (AMX, AVX512_FP16, AVX10)
// have further bits.
[[nodiscard]] constexpr bool multiplies_bf16(std::uint32_t isa) noexcept {
  return (isa & kIsaWithBf16) == kIsaWithBf16;
}

}  // namespace likeness
