// How the service shows an item.
#pragma once

#include <string>
#include <vector>

#include "likeness/base/json.hpp"
#include "likeness/shop/shop_view.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

// Error::kNotFound if there is no such item.
[[nodiscard]] Item item_named(const Store& store, const std::string& key);

// {"key", "tags", "picture"}: the picture's address, relative to the one of the page, which changes
// with the picture where the item is of a shop.
[[nodiscard]] Json json_of(const Item& item, const Store& store);
[[nodiscard]] Json json_of(const Item& item, const std::vector<ItemTag>& tags);
[[nodiscard]] std::string picture_address(const Item& item);
// Of the picture's pixels.
[[nodiscard]] std::string picture_version(const Item& item);

// The keys of the items that show the same picture, nearest first.
[[nodiscard]] std::vector<std::string> duplicates_of(const ShopView::Reader& reader,
                                                     const ShopView::Searched& searched,
                                                     const Item& item, std::size_t number);

}  // namespace likeness
