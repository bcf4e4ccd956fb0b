// Routes of the catalogue itself: items and their tags.
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "likeness/shop/catalogue_page.hpp"
#include "likeness/shop/facets.hpp"
#include "likeness/web/item_json.hpp"
#include "likeness/web/live_search.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"

namespace likeness {
namespace {

// Of items, as /space has them: all that is asked for.
std::vector<std::int64_t> numbers_of(const Parameters& given) {
  std::vector<std::int64_t> numbers;
  for (const std::string& text : given.all("number")) {
    const HttpProblem wrong{.status = 400,
                            .kind = "input",
                            .message = "number is to be that of an item, of 1000 at most",
                            .where = "number"};
    std::int64_t& number = numbers.emplace_back();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (!is_number || number < 1 || numbers.size() > kMostResults) throw wrong;
  }
  return numbers;
}

Json numbered_items(const Store& store, const std::vector<std::int64_t>& numbers) {
  Json::Array items;
  for (const std::int64_t number : numbers) {
    if (const auto item = store.find_item(number)) items.push_back(json_of(*item, store));
  }
  const std::size_t total = items.size();
  return Json::Object{{"items", std::move(items)}, {"total", total}, {"next", Json()}};
}

Json::Array own_duplicates(const ShopView& view, const ShopView::Reader& reader, const Item& item) {
  Json::Array duplicates;
  if (!view.can_search()) return duplicates;
  const auto searched = view.searched();
  const auto number = searched->gallery.number_of({.pack = item.pack, .record = item.record});
  if (!number) return duplicates;
  for (const std::string& key : duplicates_of(reader, *searched, item, *number)) {
    duplicates.emplace_back(key);
  }
  return duplicates;
}

CataloguePageRequest page_request(const Parameters& given, const std::string& usual_order) {
  CataloguePageRequest request{
      .where = given.where(),
      .search = given.text("search").value_or(""),
      .after = given.text("after"),
      .offset = given.whole("offset", 0, {.least = 0, .most = INT32_MAX}),
      .count = given.whole("count", 60, {.least = 1, .most = kMostResults})};
  const std::string order = given.text("order").value_or(usual_order);
  if (order == "key") {
    request.order = Store::ItemsPage::Order::kKey;
  } else if (order != "added") {
    throw HttpProblem{
        .status = 400, .kind = "input", .message = "order is added or key", .where = "order"};
  }
  return request;
}

HttpResponse page_response(Json::Array items, std::size_t total,
                           const std::optional<std::string>& next) {
  return json_response(Json::Object{
      {"items", std::move(items)}, {"total", total}, {"next", next ? Json(*next) : Json()}});
}

// Of what a database answers only its bytes tell the state.
HttpResponse tagged_by_its_bytes(HttpResponse response, const HttpRequest& request) {
  const std::string tag = tag_of(response);
  return tagged(std::move(response), request, tag);
}

HttpResponse list_published_items(const Call& call, const CataloguePageRequest& request) {
  const PublishedPage page = call.service.search->page(request);
  Json::Array items;
  for (const ShownItem& shown : page.items) items.push_back(json_of(shown.item, shown.tags));
  return tagged_by_its_bytes(page_response(std::move(items), page.total, page.next), call.request);
}

HttpResponse facets_response(std::span<const Facet> facets) {
  Json::Array tags;
  for (const Facet& facet : facets) {
    Json::Array values;
    for (const FacetValue& value : facet.values) {
      values.emplace_back(Json::Object{
          {"value", value.value}, {"items", value.items}, {"chosen", Json(value.chosen)}});
    }
    tags.emplace_back(Json::Object{
        {"tag", facet.tag}, {"values", facet.different}, {"common", std::move(values)}});
  }
  return json_response(Json::Object{{"tags", std::move(tags)}});
}

// As it was published; the pictures are those of the shop beside it, if that has the item.
HttpResponse show_published_item(const Call& call) {
  ShownItem shown = call.service.search->item(call.named);
  Json::Array duplicates;
  if (const auto view = call.view_if_any()) {
    const ShopView::Reader reader(*view);
    if (auto own = reader.store().find_item(shown.item.key)) {
      duplicates = own_duplicates(*view, reader, *own);
      shown.item = *std::move(own);
    }
  }
  Json::Object object = json_of(shown.item, shown.tags).object();
  object.emplace_back("cluster", shown.cluster ? Json(*shown.cluster) : Json());
  object.emplace_back("duplicates", std::move(duplicates));
  return tagged_by_its_bytes(json_response(std::move(object)), call.request);
}

}  // namespace

HttpResponse list_items(const Call& call) {
  const Parameters given(call.request.target,
                         {"after", "count", "number", "offset", "order", "search", "where"},
                         {"number", "where"});
  const auto numbers = numbers_of(given);
  const bool of_database = call.service.shop == nullptr && numbers.empty();
  const CataloguePageRequest request = page_request(given, of_database ? "key" : "added");
  if (of_database) return list_published_items(call, request);
  const auto view = call.view();
  const ShopView::Reader reader(*view);
  if (!numbers.empty()) {
    return tagged(json_response(numbered_items(reader.store(), numbers)), call.request,
                  tag_of(*view, call.request));
  }
  const CataloguePage page = catalogue_page(reader.store(), request);
  Json::Array items;
  for (const Item& item : page.items) items.push_back(json_of(item, reader.store()));
  return tagged(page_response(std::move(items), page.total, page.next), call.request,
                tag_of(*view, call.request));
}

HttpResponse show_item(const Call& call) {
  const Parameters given(call.request.target, {});
  if (call.service.search != nullptr) return show_published_item(call);
  const auto view = call.view();
  const ShopView::Reader reader(*view);
  const Item item = item_named(reader.store(), call.named);
  Json::Object object = json_of(item, reader.store()).object();
  Json cluster;
  if (view->can_search()) {
    const auto searched = view->searched();
    const auto number = searched->gallery.number_of({.pack = item.pack, .record = item.record});
    const auto& clusters = searched->clusters;
    if (number && clusters) cluster = clusters->cluster_of(reader.store(), item, *number);
  }
  object.emplace_back("cluster", cluster);
  object.emplace_back("duplicates", own_duplicates(*view, reader, item));
  return tagged(json_response(std::move(object)), call.request, tag_of(*view, call.request));
}

HttpResponse show_tags(const Call& call) {
  const Parameters given(call.request.target, {"where", "count"}, {"where"});
  const auto where = given.where();
  const std::size_t most = given.whole("count", 100, {.least = 1, .most = kMostResults});
  if (call.service.shop == nullptr) {
    return tagged_by_its_bytes(facets_response(call.service.search->facets(where, most)),
                               call.request);
  }
  const auto view = call.view();
  const ShopView::Reader reader(*view);
  return tagged(facets_response(facets_of(reader.store(), where, most)), call.request,
                tag_of(*view, call.request));
}

}  // namespace likeness
