// One linear map over what a descriptor has of shape: what was learned by contrast and the
// directions of the gradient pyramid know different things, and what neighbours by both differ in
// tells nothing that a person would look for.
#pragma once

#include <cstddef>

#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/model.hpp"
#include "likeness/encoder/pictures.hpp"

namespace likeness {

// A model of a mapped_network() with so many numbers that knows what this one of a trained
// parts_network() does. Of its shape it keeps the directions in which pictures differ most beside
// how mutual neighbours by all its parts do (fit_discriminants); of too few pictures to have
// neighbours, their principal components. Its decoder shows what the trained one does, as far as
// the kept numbers tell it. Looks at 2,048 of the pictures, evenly spread. Error::kUnavailable when
// stopped.
[[nodiscard]] Model map_shape(const Model& trained, std::size_t latent_size,
                              const Pictures& pictures, Precision precision, std::size_t threads,
                              const LookingOptions& options = {});

}  // namespace likeness
