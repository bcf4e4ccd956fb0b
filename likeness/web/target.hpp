// What a request asks for: "/items/shirts%2F1?count=5" taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace likeness {

struct Target {
  std::vector<std::string> segments;  // between the slashes, decoded: {"items", "shirts/1"}
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in the order of the request
};

// Nothing unless it begins with a slash, holds only what an address may hold, and every decoded
// part is UTF-8 without a NUL.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

// The other way round, for one segment or value.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace likeness
