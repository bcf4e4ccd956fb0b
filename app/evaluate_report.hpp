// How `likeness evaluate` tells what it found.
#pragma once

#include "app/evaluation.hpp"
#include "app/text.hpp"
#include "likeness/base/json.hpp"

namespace likeness {

[[nodiscard]] Text to_text(const Evaluation& evaluation);
[[nodiscard]] Json to_json(const Evaluation& evaluation);

}  // namespace likeness
