#include "likeness/web/recommend_json.hpp"

#include <set>

#include "likeness/web/item_json.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

Json::Array common_tags(const std::vector<ItemTag>& tags, const RecommendOutcome& outcome,
                        const Store& store) {
  std::set<std::pair<std::string, std::string>> liked;
  for (const Item& item : outcome.liked) {
    for (const ItemTag& tag : store.tags_of(item.id)) liked.emplace(tag.name, tag.value);
  }
  Json::Array common;
  for (const ItemTag& tag : tags) {
    if (liked.contains({tag.name, tag.value})) common.emplace_back(tag.name);
  }
  return common;
}

Json json_of(const ShownItem& shown, const RecommendOutcome& outcome, const Store* explaining) {
  Json::Object tags;
  for (const ItemTag& tag : shown.tags) tags.emplace_back(tag.name, tag.value);
  Json::Array folded;
  for (const std::string& key : shown.folded) folded.emplace_back(key);
  Json::Object json{
      {"key", shown.item.key},        {"distance", shown.distance},
      {"relevance", shown.relevance}, {"cluster", shown.cluster ? Json(*shown.cluster) : Json()},
      {"tags", std::move(tags)},      {"picture", picture_address(shown.item)},
      {"folded", std::move(folded)}};
  if (explaining != nullptr) {
    json.emplace_back("common_tags", common_tags(shown.tags, outcome, *explaining));
  }
  return json;
}

}  // namespace

Json json_of(const RecommendOutcome& outcome, const RecommendRequest& request, bool has_more,
             const Store* explaining) {
  Json::Array results;
  for (const ShownItem& shown : outcome.results) {
    results.push_back(json_of(shown, outcome, explaining));
  }
  const std::uint64_t next = request.offset + request.count;
  const bool may_go_on = has_more && next <= kMostResults;
  return Json::Object{{"model", outcome.model},
                      {"items", outcome.items},
                      {"results", std::move(results)},
                      {"next_offset", may_go_on ? Json(next) : Json()}};
}

}  // namespace likeness
