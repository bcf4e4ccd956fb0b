#include "likeness/shop/tag_filter.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/base/words.hpp"
#include "likeness/shop/remedies.hpp"

namespace likeness {
namespace {

using Ids = std::vector<std::int64_t>;  // ascending

[[noreturn]] void fail(const std::string& what, const std::string& wrong,
                       std::span<const std::string> names) {
  if (const auto like = most_like(wrong, names)) {
    throw Error(Error::Kind::kNotFound, what + ": did you mean " + *like + "?");
  }
  throw Error(Error::Kind::kNotFound, what, by_looking());
}

Ids items_with(const Store& store, const TagFilter& filter) {
  auto items = store.items_with(filter.tag, filter.value);
  if (!items.empty()) return items;
  require_tag(store, filter.tag);
  const auto column = store.tag_column(filter.tag);
  const std::set<std::string> different(column.values.begin(), column.values.end());
  const std::vector<std::string> values(different.begin(), different.end());
  fail(filter.tag + "=" + filter.value + ": no item has this value", filter.value, values);
}

Ids either(const Ids& first, const Ids& second) {
  Ids ids;
  std::ranges::set_union(first, second, std::back_inserter(ids));
  return ids;
}

Ids both(const Ids& first, const Ids& second) {
  Ids ids;
  std::ranges::set_intersection(first, second, std::back_inserter(ids));
  return ids;
}

// A tag's name may hold '=', too: of the places where the filter can be divided the first counts
// that leaves a tag of the shop and a value that an item has, else the first that leaves a tag.
TagFilter divided(const Store& store, const TagFilter& filter) {
  const std::string word = filter.tag + "=" + filter.value;
  const auto names = store.tag_names();
  std::optional<TagFilter> with_tag;
  for (auto equals = word.find('='); equals != std::string::npos;
       equals = word.find('=', equals + 1)) {
    TagFilter part{.tag = word.substr(0, equals), .value = word.substr(equals + 1)};
    if (std::ranges::find(names, part.tag) == names.end()) continue;
    if (store.has_value(part.tag, part.value)) return part;
    if (!with_tag) with_tag = std::move(part);
  }
  return with_tag.value_or(filter);
}

}  // namespace

void require_tag(const Store& store, const std::string& tag) {
  const auto names = store.tag_names();
  if (std::ranges::find(names, tag) != names.end()) return;
  fail(tag + ": the shop has no such tag", tag, names);
}

std::vector<std::int64_t> items_where(const Store& store, std::span<const TagFilter> filters) {
  assert(!filters.empty());
  std::map<std::string, Ids> items_of_tag;
  for (const TagFilter& given : filters) {
    const TagFilter filter = divided(store, given);
    Ids& items = items_of_tag[filter.tag];
    items = either(items, items_with(store, filter));
  }
  Ids matching = items_of_tag.begin()->second;
  for (const auto& [tag, items] : items_of_tag) matching = both(matching, items);
  return matching;
}

}  // namespace likeness
