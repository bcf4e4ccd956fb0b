// What the networks "compact" and "parts" have in common.
#pragma once

#include <cstddef>

#include "likeness/encoder/network.hpp"

namespace likeness {

// Normalisation and a leaky ReLU.
[[nodiscard]] std::size_t activated(NetworkBuilder& b, std::size_t input);

// From a vector to a picture: a sixteenth of its size, twice larger twice, then four times.
void add_compact_decoder(NetworkBuilder& b, std::size_t latent, Shape picture);

}  // namespace likeness
