#include "likeness/postgres/published_items.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/same_picture.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {

PublishedRow row_named(const PublishedTogether& published, const std::string& key) {
  if (auto row = published.find(to_nfc(key))) return *std::move(row);
  throw Error(Error::Kind::kNotFound,
              key +
                  ": there is no such item in the database: a key is the name of a picture's file "
                  "without folder and extension");
}

ShownItem shown_item(const PublishedRow& row, std::vector<ItemTag> tags) {
  ShownItem shown;
  shown.item = {.id = 0, .key = row.key, .source = row.source, .digest = {}};
  shown.tags = std::move(tags);
  if (row.cluster) shown.cluster = static_cast<std::size_t>(*row.cluster);
  return shown;
}

ShownItem published_item(const std::string& key, const PublishedTogether& published) {
  const PublishedRow row = row_named(published, key);
  const PublishedRow* const one = &row;
  return shown_item(row, std::move(published.tags_of(std::span(&one, 1)).front()));
}

PublishedPage published_page(const CataloguePageRequest& request,
                             const PublishedTogether& published) {
  if (request.order != Store::ItemsPage::Order::kKey) {
    throw RequestError("order",
                       "is key where a database answers, which does not know what came first");
  }
  const auto conditions = published.where(request.where);
  const Published::Listed listed{.in_key = to_nfc(request.search),
                                 .after = to_nfc(request.after.value_or("")),
                                 .offset = request.offset,
                                 .count = request.count + 1};
  std::vector<PublishedRow> rows = published.list(listed, conditions);
  PublishedPage page;
  page.total = published.count(listed, conditions);
  if (rows.size() > request.count) {
    rows.pop_back();
    page.next = rows.back().key;
  }
  std::vector<const PublishedRow*> shown;
  shown.reserve(rows.size());
  for (const PublishedRow& row : rows) shown.push_back(&row);
  auto tags = published.tags_of(shown);
  page.items.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    page.items.push_back(shown_item(rows[i], std::move(tags[i])));
  }
  return page;
}

std::vector<Facet> published_facets(std::span<const TagFilter> where, std::size_t most,
                                    const PublishedTogether& published) {
  const auto counts_under = [&](std::span<const TagFilter> filters) {
    return published.value_counts(published.where(filters), where, most);
  };
  auto under_all = counts_under(where);
  std::vector<Facet> facets;
  for (const std::string& tag : published.tag_names()) {
    std::vector<TagFilter> others;
    std::ranges::copy_if(where, std::back_inserter(others),
                         [&](const TagFilter& filter) { return filter.tag != tag; });
    const Published::CountedValues counts =
        others.size() == where.size() ? under_all[tag] : counts_under(others)[tag];
    Facet& facet = facets.emplace_back(facet_of(tag, counts.items, where, most));
    facet.different += counts.different - counts.items.size();  // those that were left out
  }
  return facets;
}

Image published_picture(const std::string& key, const PublishedTogether& published) {
  const PublishedRow row = row_named(published, key);
  const PublishedRow* const one = &row;
  const std::string colours = std::move(published.pictures_of(std::span(&one, 1)).front());
  if (colours.empty()) {
    throw Error(Error::Kind::kNotFound, key + ": its picture was not published",
                Remedy{.does = "publish it",
                       .verb = "publish",
                       .asked = {{.field = "pictures", .value = ""}}});
  }
  Image image{.size = kComparedCells, .pixels = {colours.begin(), colours.end()}};
  const auto shape = published.picture_size();
  if (!shape) return image;
  const auto longest = static_cast<std::uint64_t>(kComparedCells.height);
  return resize(image, scaled_size(*shape, longest), Fit::kStretch);
}

}  // namespace likeness
