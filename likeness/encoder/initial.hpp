// The parameters that a training starts from.
#pragma once

#include <cstdint>
#include <vector>

#include "likeness/encoder/network.hpp"

namespace likeness {

// Glorot uniform weights (Glorot and Bengio 2010, equation 16), biases, beta and mean 0, gamma and
// variance 1; in the order of parameters_of(network).
[[nodiscard]] std::vector<float> initial_parameters(const Network& network, std::uint64_t seed);

}  // namespace likeness
