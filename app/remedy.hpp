// How a remedy is written as a command line.
#pragma once

#include <string>

#include "likeness/base/error.hpp"

namespace likeness {

// "likeness embed SHOP --model NAME", each word as a shell takes it.
[[nodiscard]] std::string command_line(const Remedy& remedy, const std::string& shop);

// "what: why: make them by `likeness embed SHOP`"
[[nodiscard]] std::string line_of(const Message& message, const std::string& shop);

}  // namespace likeness
