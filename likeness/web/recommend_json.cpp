#include "likeness/web/recommend_json.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/web/http.hpp"
#include "likeness/web/item_json.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

[[noreturn]] void refuse(const std::string& where, const std::string& why) {
  throw HttpProblem{.status = 400, .kind = "input", .message = where + " " + why, .where = where};
}

std::uint64_t whole(const std::string& name, const Json& json, std::uint64_t least,
                    std::uint64_t most) {
  const std::int64_t number = json.integer();
  if (number < static_cast<std::int64_t>(least) || number > static_cast<std::int64_t>(most)) {
    refuse(name, "is out of range: give a number from " + std::to_string(least) + " to " +
                     std::to_string(most));
  }
  return static_cast<std::uint64_t>(number);
}

constexpr std::size_t kMostLiked = 1000;

// {"key" or "picture": "...", "weight": 2}, or a key alone.
void take_liked(const Json& json, RecommendWish& wish) {
  if (json.array().size() > kMostLiked) refuse("liked", "names more than 1000");
  for (const Json& one : json.array()) {
    const Json* key = one.find("key");
    const Json* picture = one.find("picture");
    const Json* weight = one.find("weight");
    for (const auto& [name, value] : one.object()) {
      if (name != "key" && name != "picture" && name != "weight") refuse("liked", "has a " + name);
    }
    const double counts = weight == nullptr ? 1.0 : weight->number();
    if (!(counts > 0.0 && counts <= 1000.0)) refuse("liked", "has a weight that is not above 0");
    if ((key == nullptr) == (picture == nullptr)) refuse("liked", "needs a key or a picture each");
    if (picture != nullptr) {
      wish.pictures.emplace_back(picture->text(), counts);
    } else {
      wish.request.query.liked.push_back(key->text());
      wish.request.query.weights.push_back(counts);
    }
  }
}

void take_unliked(const Json& json, RecommendWish& wish) {
  if (json.array().size() > kMostLiked) refuse("unliked", "names more than 1000");
  for (const Json& one : json.array()) {
    for (const auto& [name, value] : one.object()) {
      if (name != "key") refuse("unliked", "has a " + name);
    }
    wish.request.query.unliked.push_back(one.at("key").text());
  }
}

using Take = std::function<void(const Json&, RecommendWish&)>;

const std::map<std::string, Take, std::less<>>& members() {
  static const std::map<std::string, Take, std::less<>> all{
      {"liked", take_liked},
      {"unliked", take_unliked},
      {"where",
       [](const Json& json, RecommendWish& wish) {
         for (const Json& one : json.array()) {
           wish.request.query.where.push_back(tag_filter_of(one.text()));
         }
       }},
      {"weights",
       [](const Json& json, RecommendWish& wish) {
         for (const auto& [part, weight] : json.object()) {
           wish.request.weights.push_back({.part = part, .weight = weight.number()});
         }
       }},
      {"by",
       [](const Json& json, RecommendWish& wish) { wish.request.by = by_named(json.text()); }},
      {"diversity",
       [](const Json& json, RecommendWish& wish) { wish.request.diversity = json.number(); }},
      {"relevance",
       [](const Json& json, RecommendWish& wish) { wish.request.relevance = json.number(); }},
      {"distinct",
       [](const Json& json, RecommendWish& wish) {
         if (json.boolean()) wish.request.repeats = RecommendRequest::Repeats::kFolded;
       }},
      {"explain",
       [](const Json& json, RecommendWish& wish) {
         if (json.boolean()) wish.request.explained = RecommendRequest::Explained::kYes;
       }},
      {"count",
       [](const Json& json, RecommendWish& wish) {
         wish.request.count = whole("count", json, 1, kMostResults);
       }},
      {"offset",
       [](const Json& json, RecommendWish& wish) {
         wish.request.offset = whole("offset", json, 0, kMostResults);
       }},
  };
  return all;
}

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

RecommendRequest::By by_named(const std::string& name) {
  if (name == "neighbours") return RecommendRequest::By::kNeighbours;
  if (name == "clusters") return RecommendRequest::By::kClusters;
  refuse("by", "is neighbours or clusters");
}

RecommendWish wish_of(const Json& body) {
  constexpr std::uint64_t kUsualCount = 20;
  RecommendWish wish;
  wish.request.count = kUsualCount;
  std::string name = "body";
  try {
    for (const auto& [member, value] : body.object()) {
      name = member;
      const auto take = members().find(member);
      if (take == members().end()) refuse(member, "is no member of this");
      take->second(value, wish);
    }
  } catch (const Error& error) {
    refuse(name, std::string("is wrong: ") + error.what());
  }
  return wish;
}

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
