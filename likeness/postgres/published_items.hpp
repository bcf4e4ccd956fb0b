// The items that were published, one by one, page by page, and counted by their tags: what a
// service of a database shows where no shop stands beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/postgres/published_together.hpp"
#include "likeness/shop/catalogue_page.hpp"
#include "likeness/shop/facets.hpp"
#include "likeness/shop/recommend.hpp"

namespace likeness {

// Error::kNotFound if it is not there.
[[nodiscard]] PublishedRow row_named(const PublishedTogether& published, const std::string& key);

// A row with what an answer shows of it.
[[nodiscard]] ShownItem shown_item(const PublishedRow& row, std::vector<ItemTag> tags);

// One item. Errors as of row_named().
[[nodiscard]] ShownItem published_item(const std::string& key, const PublishedTogether& published);

struct PublishedPage {
  std::vector<ShownItem> items;
  std::size_t total = 0;            // that match
  std::optional<std::string> next;  // what to ask the next page after; nothing behind the last
};
// By key, for a database does not know which item was added first: RequestError for that order.
// Error::kNotFound for a tag or a value that is not there.
[[nodiscard]] PublishedPage published_page(const CataloguePageRequest& request,
                                           const PublishedTogether& published);

// As facets_of() has them. Error::kNotFound for a tag or a value that is not there.
[[nodiscard]] std::vector<Facet> published_facets(std::span<const TagFilter> where,
                                                  std::size_t most,
                                                  const PublishedTogether& published);

// As small as it was published, shaped as the shop's. Error::kNotFound where there is none.
[[nodiscard]] Image published_picture(const std::string& key, const PublishedTogether& published);

}  // namespace likeness
