// What an evaluation found, as a person reads it.
#pragma once

#include <string>
#include <vector>

#include "likeness/evaluation/evaluation.hpp"

namespace likeness {

// Line by line, without their ends.
[[nodiscard]] std::vector<std::string> lines_of(const Evaluation& evaluation);

}  // namespace likeness
