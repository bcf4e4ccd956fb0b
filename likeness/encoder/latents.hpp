// Latents: what a model makes of pictures.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "likeness/encoder/executor.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pictures.hpp"

namespace likeness {

// The layers up to the latent: what embedding needs.
[[nodiscard]] Network encoder_of(const Network& network);
// The parameters of encoder_of(network) are the first of the network's.
[[nodiscard]] std::span<const float> encoder_parameters(const Network& network,
                                                        std::span<const float> parameters);

// (N, D) floats, row i for pictures[i], its parts weighted. Batches are small, so that they stay in
// the cache.
[[nodiscard]] std::vector<float> embed(const Model& model, const Pictures& pictures,
                                       Precision precision, const OnRead& on_read = {});

// The model's parts with the spreads that they have over these pictures, or over 1,000 of them; of
// pictures with little colour or none the colour part counts less, or nothing.
[[nodiscard]] std::vector<Part> measure_parts(const Model& model, const Pictures& pictures,
                                              Precision precision, const OnRead& on_read = {});

}  // namespace likeness
