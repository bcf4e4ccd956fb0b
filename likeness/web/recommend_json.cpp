#include "likeness/web/recommend_json.hpp"

#include <utility>

#include "likeness/web/item_json.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

// {"key": KEY}, {"picture": NAME}, or null of the picture that was sent.
Json liked_json(std::size_t number, const RecommendOutcome& outcome,
                std::span<const std::string> pictures) {
  if (number < outcome.liked.size()) return Json::Object{{"key", outcome.liked[number].key}};
  const std::size_t picture = number - outcome.liked.size();
  if (picture < pictures.size()) return Json::Object{{"picture", pictures[picture]}};
  return {};
}

void explain(const Explanation& explanation, const RecommendOutcome& outcome,
             std::span<const std::string> pictures, Json::Object& json) {
  Json::Object parts;
  for (const auto& [part, distance] : explanation.parts) parts.emplace_back(part, distance);
  Json::Array tags(explanation.common_tags.begin(), explanation.common_tags.end());
  json.emplace_back("parts", std::move(parts));
  json.emplace_back("nearest_liked", liked_json(explanation.nearest, outcome, pictures));
  json.emplace_back("common_tags", std::move(tags));
}

Json json_of(const ShownItem& shown, const RecommendOutcome& outcome,
             std::span<const std::string> pictures) {
  Json::Object tags;
  for (const ItemTag& tag : shown.tags) tags.emplace_back(tag.name, tag.value);
  Json::Array folded(shown.folded.begin(), shown.folded.end());
  Json::Object json{
      {"key", shown.item.key},        {"distance", shown.distance},
      {"relevance", shown.relevance}, {"cluster", shown.cluster ? Json(*shown.cluster) : Json()},
      {"tags", std::move(tags)},      {"picture", picture_address(shown.item)},
      {"folded", std::move(folded)}};
  if (shown.explanation) explain(*shown.explanation, outcome, pictures, json);
  return json;
}

}  // namespace

Json json_of(const RecommendOutcome& outcome, const RecommendRequest& request, bool has_more,
             std::span<const std::string> pictures) {
  Json::Array results;
  for (const ShownItem& shown : outcome.results) {
    results.push_back(json_of(shown, outcome, pictures));
  }
  const std::uint64_t next = request.offset + request.count;
  const bool may_go_on = has_more && next <= kMostResults;
  return Json::Object{{"model", outcome.model},
                      {"items", outcome.items},
                      {"results", std::move(results)},
                      {"next_offset", may_go_on ? Json(next) : Json()}};
}

}  // namespace likeness
