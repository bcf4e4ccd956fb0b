// How `likeness evaluate` tells what it found.
#pragma once

#include "app/text.hpp"
#include "likeness/evaluation/evaluation.hpp"

namespace likeness {

[[nodiscard]] Text to_text(const Evaluation& evaluation);

}  // namespace likeness
