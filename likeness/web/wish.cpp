#include "likeness/web/wish.hpp"

#include <cstdint>
#include <functional>
#include <map>

#include "likeness/base/error.hpp"
#include "likeness/shop/request_words.hpp"
#include "likeness/web/http.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

std::uint64_t whole(const std::string& name, const Json& json, std::uint64_t least,
                    std::uint64_t most) {
  const std::int64_t number = json.integer();
  if (number < static_cast<std::int64_t>(least) || number > static_cast<std::int64_t>(most)) {
    refuse_input(name, "is out of range: give a number from " + std::to_string(least) + " to " +
                           std::to_string(most));
  }
  return static_cast<std::uint64_t>(number);
}

constexpr std::size_t kMostLiked = 1000;

// {"key" or "picture": "...", "weight": 2}, or a key alone.
void take_liked(const Json& json, RecommendWish& wish) {
  if (json.array().size() > kMostLiked) refuse_input("liked", "names more than 1000");
  for (const Json& one : json.array()) {
    const Json* key = one.find("key");
    const Json* picture = one.find("picture");
    const Json* weight = one.find("weight");
    for (const auto& [name, value] : one.object()) {
      if (name != "key" && name != "picture" && name != "weight")
        refuse_input("liked", "has a " + name);
    }
    const double counts = weight == nullptr ? 1.0 : weight->number();
    if (!(counts > 0.0 && counts <= 1000.0))
      refuse_input("liked", "has a weight that is not above 0");
    if ((key == nullptr) == (picture == nullptr))
      refuse_input("liked", "needs a key or a picture each");
    if (picture != nullptr) {
      wish.pictures.emplace_back(picture->text(), counts);
    } else {
      wish.request.query.liked.push_back(key->text());
      wish.request.query.weights.push_back(counts);
    }
  }
}

void take_unliked(const Json& json, RecommendWish& wish) {
  if (json.array().size() > kMostLiked) refuse_input("unliked", "names more than 1000");
  for (const Json& one : json.array()) {
    for (const auto& [name, value] : one.object()) {
      if (name != "key") refuse_input("unliked", "has a " + name);
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
           wish.request.query.where.push_back(asked_where(one.text()));
         }
       }},
      {"weights",
       [](const Json& json, RecommendWish& wish) {
         for (const auto& [part, weight] : json.object()) {
           wish.request.weights.push_back({.part = part, .weight = weight.number()});
         }
       }},
      {"by",
       [](const Json& json, RecommendWish& wish) { wish.request.by = asked_by(json.text()); }},
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

}  // namespace

RecommendRequest::By asked_by(const std::string& name) {
  if (const auto by = by_named(name)) return *by;
  refuse_input("by", "is neighbours or clusters");
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
      if (take == members().end()) refuse_input(member, "is no member of this");
      take->second(value, wish);
    }
  } catch (const Error& error) {
    refuse_input(name, std::string("is wrong: ") + error.what());
  }
  return wish;
}

}  // namespace likeness
