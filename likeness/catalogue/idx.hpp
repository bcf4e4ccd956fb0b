// Reads IDX, the format of MNIST and Fashion-MNIST, plain or compressed with gzip: two zero bytes,
// 0x08 for bytes, the number of dimensions, each dimension as a big-endian 32-bit number, the
// bytes. The dimensions are checked against the file's real length before anything is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// No file may promise more than this, compressed or not.
inline constexpr std::size_t kMaxIdxBytes = std::numeric_limits<std::int32_t>::max();

struct IdxImages {
  std::size_t count = 0;
  Size size;
  std::vector<std::uint8_t> pixels;  // count x height x width, grey
};

// Errors: kNotFound, kUnavailable, kInput (no such IDX file), kCorrupt (too short, too long,
// damaged).
[[nodiscard]] IdxImages read_idx_images(const std::filesystem::path& path);
[[nodiscard]] std::vector<std::uint8_t> read_idx_labels(const std::filesystem::path& path);
// The same from a file in memory; `source` is the name that errors show.
[[nodiscard]] IdxImages parse_idx_images(std::span<const std::byte> file,
                                         const std::string& source);
[[nodiscard]] std::vector<std::uint8_t> parse_idx_labels(std::span<const std::byte> file,
                                                         const std::string& source);

}  // namespace likeness
