// Drawing some of many without putting back.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {

// `wanted` different numbers below `count`, ascending; all of them where there are no more.
[[nodiscard]] std::vector<std::size_t> sample_of(std::size_t count, std::size_t wanted,
                                                 Random& random);

}  // namespace likeness
