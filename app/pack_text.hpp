// What `likeness pack` tells when it is done.
#pragma once

#include "app/text.hpp"
#include "likeness/shop/pack.hpp"

namespace likeness {

[[nodiscard]] Text to_text(const PackOutcome& outcome);

}  // namespace likeness
