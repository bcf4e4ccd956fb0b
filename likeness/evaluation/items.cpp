#include "likeness/evaluation/items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/neighbours/labels.hpp"

namespace likeness {
namespace {

using Values = std::unordered_map<std::int64_t, std::string>;  // of the items that have the tag

Values values_of(const Store& store, const std::string& tag) {
  auto column = store.tag_column(tag);
  Values values;
  for (std::size_t i = 0; i < column.items.size(); ++i) {
    values.emplace(column.items[i], std::move(column.values[i]));
  }
  return values;
}

std::vector<std::size_t> places_of(const Shop& shop, const EvaluateRequest& request,
                                   const std::vector<Values>& tags) {
  std::vector<std::int64_t> matching;
  if (!request.where.empty()) matching = items_where(shop.store(), request.where);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < shop.items().size(); ++i) {
    const std::int64_t id = shop.items()[i].id;
    const bool tagged =
        std::ranges::any_of(tags, [&](const Values& values) { return values.contains(id); });
    const bool matches = request.where.empty() || std::ranges::binary_search(matching, id);
    if (tagged && matches) places.push_back(i);
  }
  return places;
}

AskedLabels count(AskedLabels labels) {
  std::unordered_map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t label : labels.of_item) {
    if (label != kNoLabel) ++sizes[label];
  }
  labels.values = sizes.size();
  labels.items = 0;
  for (const auto& [label, size] : sizes) labels.items += size;
  return labels;
}

AskedLabels labels_of(const std::string& tag, const std::vector<std::string>& values) {
  AskedLabels labels{.name = tag, .of_item = {}};
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  for (const std::string& value : values) {
    std::uint32_t label = kNoLabel;
    if (!value.empty()) {
      const auto next = static_cast<std::uint32_t>(numbers.size());
      label = numbers.try_emplace(value, next).first->second;
    }
    labels.of_item.push_back(label);
  }
  return count(std::move(labels));
}

AskedLabels both(const AskedLabels& first, const AskedLabels& second) {
  return count({.name = first.name + "+" + second.name,
                .of_item = combine_labels(first.of_item, second.of_item),
                .tags = 2});
}

void check(const AskedLabels& labels) {
  std::string why;
  if (labels.items < 2) {
    why = fmt::format("only {} of the items looked at has it", labels.items);
  } else if (labels.values == 1) {
    why =
        fmt::format("all {} items that have it have the same value, so that every answer is right",
                    labels.items);
  } else if (labels.values == labels.items) {
    why = "every item has a value of its own, so that no answer is right";
  }
  if (why.empty()) return;
  throw Error(Error::Kind::kInput, labels.name + ": " + why +
                                       ": name a tag whose values are shared by some of the items");
}

}  // namespace

EvaluatedItems evaluated_items(const Shop& shop, const EvaluateRequest& request) {
  std::vector<Values> tags;
  for (const std::string& tag : request.by) {
    require_tag(shop.store(), tag);
    tags.push_back(values_of(shop.store(), tag));
  }
  auto places = places_of(shop, request, tags);
  std::vector<std::vector<std::string>> values(tags.size());
  for (std::size_t t = 0; t < tags.size(); ++t) {
    for (const std::size_t place : places) {
      const auto value = tags[t].find(shop.items()[place].id);
      values[t].push_back(value == tags[t].end() ? "" : value->second);
    }
  }
  return evaluated_items(std::move(places), request.by, values);
}

EvaluatedItems evaluated_items(std::vector<std::size_t> places, const std::vector<std::string>& by,
                               const std::vector<std::vector<std::string>>& values) {
  EvaluatedItems items{.places = std::move(places), .labels = {}};
  for (std::size_t t = 0; t < by.size(); ++t) items.labels.push_back(labels_of(by[t], values[t]));
  if (by.size() == 2) items.labels.push_back(both(items.labels[0], items.labels[1]));
  for (const AskedLabels& labels : items.labels) check(labels);
  return items;
}

}  // namespace likeness
