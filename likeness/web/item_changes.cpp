#include "likeness/web/item_changes.hpp"

#include "likeness/base/error.hpp"

namespace likeness {

std::vector<ItemTag> tags_of(const Json& json, const char* where) {
  std::vector<ItemTag> tags;
  try {
    for (const auto& [name, value] : json.object()) {
      tags.push_back({.name = name, .value = value == Json() ? std::string() : value.text()});
    }
  } catch (const Error&) {
    throw HttpProblem{.status = 400,
                      .kind = "input",
                      .message = R"(tags are an object of texts, such as {"colour": "red"})",
                      .where = where};
  }
  return tags;
}

HttpProblem no_such_item(const std::string& key) {
  return {
      .status = 404, .kind = "not found", .message = key + ": there is no such item in the shop"};
}

int status_of(Changed changed, const std::string& key) {
  switch (changed) {
    case Changed::kNew: return 201;
    case Changed::kReplaced:
    case Changed::kSame: return 200;
    case Changed::kRemoved: return 204;
    case Changed::kNoItem: throw no_such_item(key);
    case Changed::kOtherModel: break;
  }
  throw HttpProblem{.status = 503,
                    .kind = "busy",
                    .message = "another model answers since a moment ago: send the picture again",
                    .headers = {{"Retry-After", "1"}}};
}

}  // namespace likeness
