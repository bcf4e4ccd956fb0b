// Routes of the map: where all items lie, and sheets of their thumbnails.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "likeness/plot/space_data.hpp"
#include "likeness/shop/space.hpp"
#include "likeness/web/drawn_picture.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/served_shop.hpp"

namespace likeness {
namespace {

static_assert(std::endian::native == std::endian::little, "as the answer's numbers are");

constexpr std::size_t kSheetColumns = 32;
constexpr std::size_t kSheetItems = kSheetColumns * kSheetColumns;
constexpr std::uint64_t kThumbnailSide = 40;  // of the longer side

Json head_of(const LatentSpace& space, const SpaceGroups& groups,
             const std::optional<std::string>& tag, const ShopView& view) {
  Json::Array values;
  for (const ValueCount& one : groups.values) {
    values.emplace_back(Json::Object{{"value", one.value}, {"items", one.items}});
  }
  const auto& pack = view.first_pack();
  const Size picture = pack ? Size{.width = pack->width, .height = pack->height} : Size{};
  const Size thumbnail = scaled_size(picture, kThumbnailSide);
  return Json::Object{
      {"items", space.items.size()},
      {"model", view.searched()->gallery.model().name},
      {"variance_shares", Json::Array(space.variance_shares.begin(), space.variance_shares.end())},
      {"tag", tag ? Json(*tag) : Json()},
      {"values", std::move(values)},
      {"thumbnails", Json::Object{{"width", thumbnail.width},
                                  {"height", thumbnail.height},
                                  {"columns", kSheetColumns},
                                  {"sheet", kSheetItems}}}};
}

// Each item's number less the one before, so that 32 bits are enough.
std::vector<std::uint32_t> steps_of(const LatentSpace& space) {
  std::vector<std::uint32_t> steps;
  steps.reserve(space.items.size());
  std::int64_t before = 0;
  for (const ItemPlace& item : space.items) {
    steps.push_back(static_cast<std::uint32_t>(item.item - before));
    before = item.item;
  }
  return steps;
}

template <typename Number>
void append(std::string& text, std::span<const Number> numbers) {
  const auto bytes = std::as_bytes(numbers);
  text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// The head's length, the head, then the columns, each at a multiple of its numbers' size.
std::string encoded(const LatentSpace& space, const SpaceGroups& groups, std::string head) {
  head.append((8 - head.size() % 8) % 8, ' ');
  const std::uint64_t length = head.size();
  std::string text;
  append(text, std::span(&length, 1));
  text += head;
  append(text, std::span<const std::uint32_t>(steps_of(space)));
  append(text, std::span<const std::uint16_t>(space.positions));
  append(text, std::span<const std::uint8_t>(groups.of_item));
  return text;
}

std::string body_of(const LatentSpace& space, const std::optional<std::string>& tag,
                    const ShopView& view) {
  const ShopView::Reader reader(view);
  const SpaceGroups groups =
      tag ? groups_by_tag(reader.store(), space, *tag)
          : groups_by_cluster(reader.store(), space, view.searched()->clusters);
  return encoded(space, groups, head_of(space, groups, tag, view).dump());
}

}  // namespace

LatentSpace space_of_view(const ShopView& view) {
  const ShopView::Reader reader(view);
  return latent_space_of(reader.store(), view.searched()->gallery);
}

HttpResponse show_space(const Call& call) {
  const Parameters given(call.request.target, {"tag"});
  const auto view = call.view();
  const std::string tag = tag_of(*view, call.request);
  HttpResponse response{.content_type = "application/octet-stream"};
  if (!has_answer(call.request, tag)) {
    response.body = body_of(*call.shop().space.of(view), given.text("tag"), *view);
  }
  return tagged(std::move(response), call.request, tag);
}

HttpResponse show_atlas(const Call& call) {
  const Parameters given(call.request.target, {});
  const SentFormat& format = format_for(call.request.header("accept"));
  const auto view = call.view();
  std::size_t sheet = 0;
  const std::string& name = call.named;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), sheet);
  if (error != std::errc() || end != name.data() + name.size() ||
      sheet >= (view->items() + kSheetItems - 1) / kSheetItems) {
    throw HttpProblem{
        .status = 404, .kind = "not found", .message = name + ": there is no such sheet"};
  }
  const std::string tag = tag_of(*view, call.request);
  if (has_answer(call.request, tag)) return tagged({}, call.request, tag);
  const ShopView::Reader reader(*view);
  std::vector<Image> thumbnails;
  for (const Item& item :
       reader.store().items_of_page({.offset = sheet * kSheetItems, .count = kSheetItems})) {
    thumbnails.push_back(scaled(reader.pictures().view(item), kThumbnailSide));
  }
  return tagged(drawn(call, thumbnail_sheet(thumbnails, kSheetColumns), format), call.request, tag);
}

}  // namespace likeness
