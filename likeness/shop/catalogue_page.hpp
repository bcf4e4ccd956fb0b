// The items of a shop, page by page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "likeness/shop/tag_filter.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

struct CataloguePageRequest {
  std::vector<TagFilter> where = {};
  std::string search = {};                // a part of the keys; empty: all
  std::optional<std::string> after = {};  // the key of the last item of the page before
  std::uint64_t offset = 0;               // so many are left out from there on
  std::uint64_t count = 60;
  Store::ItemsPage::Order order = Store::ItemsPage::Order::kAdded;
};

struct CataloguePage {
  std::vector<Item> items;
  std::size_t total = 0;            // that match
  std::optional<std::string> next;  // what to ask the next page after; nothing behind the last
};

// Error::kNotFound for a tag, a value or a key (in `after`) that is not there.
[[nodiscard]] CataloguePage catalogue_page(const Store& store, const CataloguePageRequest& request);

}  // namespace likeness
