// The tags of a shop with how many items have each value, under a filter: what a page shows beside
// its items.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "likeness/shop/tag_filter.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct FacetValue {
  std::string value;
  std::size_t items = 0;
  bool chosen = false;  // by the filter; such values are always told, also of no item
};

struct Facet {
  std::string tag;
  std::size_t different = 0;       // values, under the filter
  std::vector<FacetValue> values;  // most frequent first, then by their letters
};

// Of one tag, whose values have so many items.
[[nodiscard]] Facet facet_of(const std::string& tag, std::map<std::string, std::size_t> counts,
                             std::span<const TagFilter> where, std::size_t most);

// Of each tag the `most` most frequent values and the chosen ones. The values of a tag are counted
// under the filters of the other tags: so many items there would be if this value were chosen, too.
// Errors as of items_where().
[[nodiscard]] std::vector<Facet> facets_of(const Store& store, std::span<const TagFilter> where,
                                           std::size_t most);

}  // namespace likeness
