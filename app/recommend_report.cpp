#include "app/recommend_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "likeness/base/progress.hpp"

namespace likeness {
namespace {

constexpr std::size_t kKeyWidth = 40;  // a longer key moves the rest of its line

std::string tags_of(const ShownItem& shown) {
  std::string text;
  for (const ItemTag& tag : shown.tags) {
    if (!text.empty()) text += "  ";
    text += tag.name + "=" + tag.value;
  }
  return text;
}

std::string line(const ShownItem& shown, std::size_t key_width) {
  std::string text = fmt::format("{:<{}}  {:>8.4f}  {:>9.5f}", shown.item.key, key_width,
                                 shown.distance, shown.relevance);
  if (shown.cluster) text += fmt::format("  {:>7}", *shown.cluster);
  const std::string tags = tags_of(shown);
  if (!tags.empty()) text += "  " + tags;
  if (!shown.folded.empty()) text += fmt::format("  (and {} the same)", shown.folded.size());
  return text;
}

std::string way_out(const std::vector<std::string>& narrowed) {
  if (narrowed.empty()) return "there are no others";
  return fmt::format("leave out or loosen {}", fmt::join(narrowed, " or "));
}

}  // namespace

Text to_text(const Recommended& recommended) {
  Text text;
  const auto& results = recommended.results;
  if (results.empty()) {
    text.line("none of {} items is as asked: {}", with_thousands(recommended.items),
              way_out(recommended.narrowed));
  } else {
    std::size_t width = 3;
    for (const ShownItem& shown : results) width = std::max(width, shown.item.key.size());
    width = std::min(width, kKeyWidth);
    text.line("{:<{}}  distance  relevance{}{}", "key", width,
              results.front().cluster ? "  cluster" : "",
              results.front().tags.empty() ? "" : "  tags");
    for (const ShownItem& shown : results) text.line(line(shown, width));
  }
  if (recommended.picture) text.line("picture: " + *recommended.picture);
  return text;
}

Json to_json(const Recommended& recommended) {
  Json::Array results;
  for (const ShownItem& shown : recommended.results) {
    Json::Object tags;
    for (const ItemTag& tag : shown.tags) tags.emplace_back(tag.name, tag.value);
    Json::Array folded;
    for (const std::string& key : shown.folded) folded.emplace_back(key);
    results.emplace_back(Json::Object{{"key", shown.item.key},
                                      {"distance", shown.distance},
                                      {"relevance", shown.relevance},
                                      {"cluster", shown.cluster ? Json(*shown.cluster) : Json()},
                                      {"tags", std::move(tags)},
                                      {"path", shown.item.source},
                                      {"folded", std::move(folded)}});
  }
  Json::Object document{
      {"model", recommended.model}, {"items", recommended.items}, {"results", std::move(results)}};
  if (recommended.picture) document.emplace_back("picture", *recommended.picture);
  return document;
}

}  // namespace likeness
