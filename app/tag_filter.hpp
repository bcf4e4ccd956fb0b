// --where TAG=VALUE: which items a command looks at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/shop.hpp"

namespace likeness {

struct TagFilter {
  std::string tag;
  std::string value;
};

// "TAG=VALUE", divided at the first "=" until a shop is there to say what is a tag; UsageError for
// anything else. Hides no other read_value(): Arguments finds it by its type.
void read_value(const std::string& word, TagFilter& value);

// The ids of the items whose tags are as asked, ascending: of one tag any of the values, of
// different tags all. At least one filter. Error::kNotFound for a tag or a value that no item has.
[[nodiscard]] std::vector<std::int64_t> items_where(const Store& store, const ShopFiles& files,
                                                    std::span<const TagFilter> filters);

// Error::kNotFound, with what there is instead, for a tag that the shop does not have. `what` is
// what was typed.
void require_tag(const Store& store, const ShopFiles& files, const std::string& tag,
                 const std::string& what);

}  // namespace likeness
