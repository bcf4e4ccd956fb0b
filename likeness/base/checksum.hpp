// Checksums that tell damage and change, not tampering: XXH3 of the xxHash library.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

struct XXH3_state_s;

namespace likeness {

[[nodiscard]] std::uint64_t checksum(std::span<const std::byte> bytes) noexcept;

// The same of bytes that lie in several places.
class Checksum {
 public:
  Checksum();
  void add(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] std::uint64_t value() const noexcept;  // of all that was added, in its order

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const noexcept;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

// 128 bits: wide enough that two different files of one catalogue never share it.
struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Digest&) const = default;
};

[[nodiscard]] Digest digest(std::span<const std::byte> bytes) noexcept;

// 32 lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(const Digest& digest);

}  // namespace likeness
