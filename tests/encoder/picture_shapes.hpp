// Shapes of pictures that several tests give their networks.
#pragma once

#include "likeness/compute/tensor.hpp"

namespace likeness {

inline constexpr Shape kUsualPicture{.c = 3, .h = 80, .w = 60};  // what packing makes
inline constexpr Shape kSmallPicture{.c = 3, .h = 16, .w = 12};  // what is trained on in a moment

}  // namespace likeness
