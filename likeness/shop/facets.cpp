#include "likeness/shop/facets.hpp"

#include <algorithm>
#include <optional>

namespace likeness {
namespace {

using Counts = std::map<std::string, std::size_t>;

// `among` ascends; nothing: all items.
Counts counts_of(const Store& store, const std::string& tag,
                 const std::optional<std::vector<std::int64_t>>& among) {
  Counts counts;
  if (!among) {
    for (const ValueCount& value : store.value_counts(tag)) counts[value.value] = value.items;
    return counts;
  }
  const auto column = store.tag_column(tag);
  auto next = among->begin();
  for (std::size_t i = 0; i < column.items.size(); ++i) {
    next = std::lower_bound(next, among->end(), column.items[i]);
    if (next == among->end()) break;
    if (*next == column.items[i]) ++counts[column.values[i]];
  }
  return counts;
}

}  // namespace

Facet facet_of(const std::string& tag, Counts counts, std::span<const TagFilter> where,
               std::size_t most) {
  for (const TagFilter& filter : where) {
    if (filter.tag == tag) counts.try_emplace(filter.value, 0);
  }
  Facet facet{.tag = tag, .different = counts.size(), .values = {}};
  for (const auto& [value, items] : counts) {
    const bool chosen = std::ranges::any_of(
        where, [&](const TagFilter& filter) { return filter.tag == tag && filter.value == value; });
    facet.values.push_back({.value = value, .items = items, .chosen = chosen});
  }
  std::ranges::stable_sort(facet.values, std::ranges::greater(), &FacetValue::items);
  std::size_t told = 0;
  std::erase_if(facet.values,
                [&](const FacetValue& value) { return ++told > most && !value.chosen; });
  return facet;
}

std::vector<Facet> facets_of(const Store& store, std::span<const TagFilter> where,
                             std::size_t most) {
  std::vector<Facet> facets;
  std::optional<std::vector<std::int64_t>> all;  // under all filters: for tags without one
  if (!where.empty()) all = items_where(store, where);
  for (const std::string& tag : store.tag_names()) {
    std::vector<TagFilter> others;
    std::ranges::copy_if(where, std::back_inserter(others),
                         [&](const TagFilter& filter) { return filter.tag != tag; });
    std::optional<std::vector<std::int64_t>> among = all;
    if (others.size() < where.size()) {
      among.reset();
      if (!others.empty()) among = items_where(store, others);
    }
    facets.push_back(facet_of(tag, counts_of(store, tag, among), where, most));
  }
  return facets;
}

}  // namespace likeness
