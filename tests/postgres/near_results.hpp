// What a database answers beside what the shop itself does.
#pragma once

#include <string>

#include "likeness/base/json.hpp"

namespace likeness {

// Expects the same "model", "items", "next_offset" and "results" of both. Half precision moves
// distances a little: it may turn round two results that are as far as one another, and put one
// from beyond the last in its place.
void expect_near(const Json& published, const Json& home, const std::string& what);

}  // namespace likeness
