#include "likeness/shop/catalogue_page.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/utf8.hpp"

namespace likeness {
namespace {

std::optional<Item> last_item(const Store& store, const std::optional<std::string>& after) {
  if (!after) return std::nullopt;
  if (auto item = store.find_item(to_nfc(*after))) return item;
  throw Error(Error::Kind::kNotFound, *after + ": there is no such item to go on after");
}

std::size_t part(std::uint64_t offset, std::size_t all) {
  return std::min<std::size_t>(offset, all);
}

// One more than is shown, by which it is known whether there are more.
std::vector<Item> filtered_items(const Store& store, const CataloguePageRequest& request,
                                 std::span<const std::int64_t> matching,
                                 const std::optional<Item>& last) {
  std::vector<Item> items;
  if (request.order == Store::ItemsPage::Order::kAdded) {
    const auto from =
        last ? std::ranges::upper_bound(matching, last->id) - matching.begin() : std::ptrdiff_t{0};
    auto rest = matching.subspan(static_cast<std::size_t>(from));
    rest = rest.subspan(part(request.offset, rest.size()));
    for (const std::int64_t id : rest.first(part(request.count + 1, rest.size()))) {
      if (auto item = store.find_item(id)) items.push_back(*std::move(item));
    }
    return items;
  }
  for (const std::int64_t id : matching) {
    auto item = store.find_item(id);
    if (item && (!last || item->key > last->key)) items.push_back(*std::move(item));
  }
  std::ranges::sort(items, {}, &Item::key);
  const auto first = static_cast<std::ptrdiff_t>(part(request.offset, items.size()));
  items.erase(items.begin(), items.begin() + first);
  items.resize(part(request.count + 1, items.size()));
  return items;
}

}  // namespace

CataloguePage catalogue_page(const Store& store, const CataloguePageRequest& request) {
  const std::optional<Item> last = last_item(store, request.after);
  const std::string search = to_nfc(request.search);
  CataloguePage page;
  if (request.where.empty()) {
    page.items = store.items_of_page({.order = request.order,
                                      .last = last,
                                      .in_key = search,
                                      .offset = request.offset,
                                      .count = request.count + 1});
    page.total = search.empty() ? store.count_items() : store.count_items_with(search);
  } else {
    auto matching = items_where(store, request.where);
    if (!search.empty()) {
      std::erase_if(matching, [&](std::int64_t id) {
        const auto item = store.find_item(id);
        return !item || item->key.find(search) == std::string::npos;
      });
    }
    page.items = filtered_items(store, request, matching, last);
    page.total = matching.size();
  }
  if (page.items.size() > request.count) {
    page.items.pop_back();
    page.next = page.items.back().key;
  }
  return page;
}

}  // namespace likeness
