// Many items as the body of one request.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/web/http.hpp"

namespace likeness {

struct SentItem {
  std::string key;
  std::optional<std::string> picture = {};  // a file's bytes; none: the item must be there
  std::optional<Json> tags = {};
  std::optional<HttpProblem> problem = {};  // why it is none; the others are
};

inline constexpr std::size_t kMostSentItems = 10'000;

// By Content-Type:
// - application/x-ndjson: a line each, {"key", "picture": in base 64, "tags": {NAME: VALUE}};
// - application/x-tar: a file each, whose key is its path without its extension, and KEY.json
// beside
//   it with its tags.
// HttpProblem 415 for another type, 400 for what is no tar file, 413 for more than kMostSentItems.
[[nodiscard]] std::vector<SentItem> sent_items(const HttpRequest& request);

}  // namespace likeness
