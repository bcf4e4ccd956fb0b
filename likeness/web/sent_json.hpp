// JSON that somebody sent.
#pragma once

#include <string_view>

#include "likeness/base/json.hpp"

namespace likeness {

// HttpProblem 400, naming `where`, for text that is no JSON, or whose arrays and objects lie more
// than 16 deep.
[[nodiscard]] Json sent_json(std::string_view text, const char* where);

}  // namespace likeness
