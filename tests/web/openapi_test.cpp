// The description of the service and its routes are the same, in both directions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <utility>

#include "likeness/base/json.hpp"
#include "likeness/web/page_files.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

using Operations = std::set<std::pair<std::string, std::string>>;

Operations documented() {
  const Json document = parse_json(kOpenapiJson, "openapi.json");
  Operations operations;
  for (const auto& [path, methods] : document.at("paths").object()) {
    for (const auto& [method, operation] : methods.object()) {
      if (method == "parameters") continue;
      std::string name = method;
      std::ranges::transform(name, name.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
      });
      operations.emplace(name, path);
    }
  }
  return operations;
}

TEST(Openapi, HasTheRoutesAndNoOthers) {
  Operations routed;
  for (const Route& route : routes()) routed.emplace(route.method, route.path);
  EXPECT_EQ(routed, documented());
}

TEST(Routes, FindKeysWithSlashesHoweverTheyCome) {
  const auto matched = [](std::vector<std::string> segments) {
    const RouteMatch match = match_routes(segments);
    return match.routes.empty() ? std::string() : match.routes.front()->path + (" " + match.named);
  };
  EXPECT_EQ(matched({"api", "v1", "items", "a/b", "similar"}), "/api/v1/items/{key}/similar a/b");
  EXPECT_EQ(matched({"api", "v1", "items", "a", "b", "similar"}),
            "/api/v1/items/{key}/similar a/b");
  EXPECT_EQ(matched({"api", "v1", "items", "a", "b"}), "/api/v1/items/{key} a/b");
  EXPECT_EQ(matched({"api", "v1", "items", "similar"}), "/api/v1/items/{key} similar");
  EXPECT_EQ(matched({"api", "v1", "items"}), "/api/v1/items ");
  EXPECT_EQ(matched({"api", "v1", "items", ""}), "");
  EXPECT_EQ(matched({""}), "/ ");
  EXPECT_EQ(matched({"api", "v2", "items"}), "");
}

TEST(Routes, OfOnePathDifferByTheirMethods) {
  const std::vector<std::string> segments{"api", "v1", "recommend"};
  ASSERT_EQ(match_routes(segments).routes.size(), 1U);
  EXPECT_STREQ(match_routes(segments).routes.front()->method, "POST");
}

}  // namespace
}  // namespace likeness
