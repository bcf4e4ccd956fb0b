// How `likeness evaluate` tells what it found.
#pragma once

#include <string>

#include "app/evaluation.hpp"
#include "likeness/base/json.hpp"

namespace likeness {

[[nodiscard]] std::string to_text(const Evaluation& evaluation);
[[nodiscard]] Json to_json(const Evaluation& evaluation);

}  // namespace likeness
