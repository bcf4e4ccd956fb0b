// Routes of pictures: those of items, as small as they are packed, and those that somebody sends.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "likeness/shop/original_picture.hpp"
#include "likeness/web/drawn_picture.hpp"
#include "likeness/web/item_json.hpp"
#include "likeness/web/kept_pictures.hpp"
#include "likeness/web/live_search.hpp"
#include "likeness/web/metrics.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/sent_picture.hpp"
#include "likeness/web/served_shop.hpp"

namespace likeness {
namespace {

constexpr std::uint64_t kLargestSide = 4096;
constexpr const char* kMayChange = "public, max-age=0, must-revalidate";

std::optional<Image> original_of(const Call& call, const Item& item, std::uint64_t size,
                                 MemoryBudget& budget) {
  const TimedPart timed(call.service.metrics, Metrics::Part::kDecode);
  return original_picture(item, size, budget);
}

HttpResponse show_published_picture(const Call& call, std::uint64_t size,
                                    const SentFormat& format) {
  const Image picture = call.service.search->picture(call.named);
  HttpResponse response =
      drawn(call, scaled({.size = picture.size, .pixels = picture.pixels}, size), format);
  response.headers.emplace_back("Cache-Control", kMayChange);
  const std::string tag = tag_of(response);
  return tagged(std::move(response), call.request, tag);
}

}  // namespace

HttpResponse show_picture(const Call& call) {
  const Parameters given(call.request.target, {"size", "v"});
  const std::uint64_t size = given.whole("size", 0, {.least = 1, .most = kLargestSide});
  const SentFormat& format = format_for(call.request.header("accept"));
  if (call.service.shop == nullptr) return show_published_picture(call, size, format);
  const auto view = call.view();
  const ShopView::Reader reader(*view);
  const Item item = item_named(reader.store(), call.named);
  const std::string version = picture_version(item);
  const PixelView packed = reader.pictures().view(item);
  const auto packed_side =
      static_cast<std::uint64_t>(std::max(packed.size.width, packed.size.height));
  auto& originals = call.shop().originals;
  MemoryBudget* const for_original = originals && size > packed_side ? &*originals : nullptr;
  // Under an address with its version a picture never changes; under its key alone it may.
  const std::string age =
      given.text("v") == version ? "public, max-age=31536000, immutable" : kMayChange;
  const std::string tag = '"' + version + '-' + std::to_string(size) + '-' + (format.type + 6) +
                          (for_original != nullptr ? "-original\"" : "\"");
  HttpResponse known = tagged({.headers = {{"Cache-Control", age}}}, call.request, tag);
  if (known.status == 304) return known;
  std::optional<Image> image;
  if (for_original != nullptr) {
    image = original_of(call, item, size, *for_original);
    if (!image) return drawn(call, scaled(packed, 0), format);  // kept by nobody: it may come back
  }
  HttpResponse response = drawn(call, image ? *image : scaled(packed, size), format);
  response.headers.insert(response.headers.end(), known.headers.begin(), known.headers.end());
  return response;
}

HttpResponse keep_picture(const Call& call) {
  const Parameters given(call.request.target, {});
  const auto view = call.view();
  BroughtPicture brought = sent_picture(call, *view);
  KeptPicture kept;
  if (brought.larger) {  // of which a vector is kept, for it is many times the record
    const TimedPart timed(call.service.metrics, Metrics::Part::kEmbed);
    kept.latent = view->embed(std::span(&brought, 1));
    kept.weights = view->searched()->gallery.model().weights;
  }
  kept.record = std::move(brought.record);
  std::string name = call.service.pictures.keep(std::move(kept));
  HttpResponse response =
      json_response(Json::Object{{"picture", name}, {"address", "api/v1/pictures/" + name}});
  response.status = 201;
  return response;
}

HttpResponse show_kept_picture(const Call& call) {
  const Parameters given(call.request.target, {});
  const SentFormat& format = format_for(call.request.header("accept"));
  const auto picture = call.service.pictures.find(call.named);
  if (!picture) {
    throw HttpProblem{.status = 404,
                      .kind = "not found",
                      .message = "there is no such picture, or its hour is over: send it again"};
  }
  HttpResponse response = drawn(call, picture->record, format);
  response.headers.emplace_back("Cache-Control", "private, max-age=3600");
  return response;
}

}  // namespace likeness
