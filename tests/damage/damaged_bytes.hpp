// Ways in which a file goes wrong on a disk.
#pragma once

#include <cstddef>
#include <string>

#include "likeness/base/random.hpp"

namespace likeness {

struct DamagedBytes {
  std::string bytes;
  std::string what;  // for the message of a failed test
};

// One of: a byte or some bytes flipped, a sector of zeros, two blocks that have changed places, a
// block twice, an end cut off or added. `block` is the size of the file's own blocks.
[[nodiscard]] DamagedBytes damage(const std::string& sound, std::size_t block, Random& random);

}  // namespace likeness
