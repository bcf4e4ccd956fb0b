// Which items a verb looks at: those whose tags have some values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "likeness/shop/shop.hpp"

namespace likeness {

struct TagFilter {
  std::string tag;
  std::string value;
};

// The ids of the items whose tags are as asked, ascending: of one tag any of the values, of
// different tags all. At least one filter. Error::kNotFound for a tag or a value that no item has.
// A filter is read as TAG=VALUE where its tag or its value hold an "=", see divided().
[[nodiscard]] std::vector<std::int64_t> items_where(const Store& store,
                                                    std::span<const TagFilter> filters);

// Error::kNotFound, with what there is instead, for a tag that the shop does not have.
void require_tag(const Store& store, const std::string& tag);

}  // namespace likeness
