// What the routes that change items have in common.
#pragma once

#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/change_items.hpp"
#include "likeness/web/http.hpp"

namespace likeness {

// {"colour": "red", "size": null}: null, or an empty text, takes the tag away. HttpProblem 400 for
// anything else.
[[nodiscard]] std::vector<ItemTag> tags_of(const Json& json, const char* where);

[[nodiscard]] HttpProblem no_such_item(const std::string& key);

// 201, 200, or 204 of a change that was made; HttpProblem of one that came to nothing.
[[nodiscard]] int status_of(Changed changed, const std::string& key);

}  // namespace likeness
