// Routes of pictures: those of items, as small as they are packed, and those that somebody sends.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/web/item_json.hpp"
#include "likeness/web/kept_pictures.hpp"
#include "likeness/web/metrics.hpp"
#include "likeness/web/parameters.hpp"
#include "likeness/web/routes.hpp"
#include "likeness/web/sent_picture.hpp"

namespace likeness {
namespace {

constexpr int kQuality = 90;
constexpr std::uint64_t kLargestSide = 4096;

// How a picture is written: the first of these that the client takes.
struct Format {
  const char* type;
  std::vector<std::byte> (*encode)(const Image& image);
};

std::vector<std::byte> as_webp(const Image& image) {
  static constexpr int kStill = 0;
  return encode_webp(std::span(&image, 1), std::span(&kStill, 1));
}

std::vector<std::byte> as_jpeg(const Image& image) { return encode_jpeg(image, kQuality); }

constexpr std::array kFormats = std::to_array<Format>({
    {.type = "image/jpeg", .encode = as_jpeg},
    {.type = "image/webp", .encode = as_webp},
    {.type = "image/png", .encode = encode_png},
});

// Whoever names WebP gets it, for it is the smallest; whoever takes anything gets what is made
// fastest.
const Format& format_for(std::string_view accept) {
  if (accept.find("image/webp") != std::string_view::npos) return kFormats[1];
  if (accept.empty() || accept.find("*/*") != std::string_view::npos ||
      accept.find("image/*") != std::string_view::npos) {
    return kFormats[0];
  }
  const auto taken = std::ranges::find_if(kFormats, [&](const Format& format) {
    return accept.find(format.type) != std::string_view::npos;
  });
  if (taken != kFormats.end()) return *taken;
  throw HttpProblem{.status = 406,
                    .kind = "input",
                    .message = "a picture is sent as image/jpeg, image/webp or image/png",
                    .where = "Accept"};
}

// The longer side is `longest`; 0, or more than it has: as it is.
Image scaled(const PixelView& view, std::uint64_t longest) {
  Image image{.size = view.size, .pixels = {view.pixels.begin(), view.pixels.end()}};
  const int side = std::max(view.size.width, view.size.height);
  if (longest == 0 || longest >= static_cast<std::uint64_t>(side)) return image;
  const double scale = static_cast<double>(longest) / side;
  const auto shorter = [scale](int length) {
    return std::max(1, static_cast<int>(std::lround(scale * length)));
  };
  return resize(image, {.width = shorter(view.size.width), .height = shorter(view.size.height)},
                Fit::kStretch);
}

HttpResponse drawn(const Call& call, const Image& image, const Format& format) {
  const TimedPart timed(call.service.metrics, Metrics::Part::kDraw);
  const auto bytes = format.encode(image);
  return {.content_type = format.type,
          .body = std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
          .headers = {{"Vary", "Accept"}}};
}

}  // namespace

HttpResponse show_picture(const Call& call) {
  const Parameters given(call.request.target, {"size", "v"});
  const std::uint64_t size = given.whole("size", 0, {.least = 1, .most = kLargestSide});
  const Format& format = format_for(call.request.header("accept"));
  const auto view = call.view();
  const ShopView::Reader reader(*view);
  const Item item = item_named(reader.store(), call.named);
  const std::string version = picture_version(item);
  // Under an address with its version a picture never changes; under its key alone it may.
  const std::string age = given.text("v") == version ? "public, max-age=31536000, immutable"
                                                     : "public, max-age=0, must-revalidate";
  const std::string tag =
      '"' + version + '-' + std::to_string(size) + '-' + (format.type + 6) + '"';
  HttpResponse known = tagged({.headers = {{"Cache-Control", age}}}, call.request, tag);
  if (known.status == 304) return known;
  HttpResponse response = drawn(call, scaled(reader.pictures().view(item), size), format);
  response.headers.insert(response.headers.end(), known.headers.begin(), known.headers.end());
  return response;
}

HttpResponse keep_picture(const Call& call) {
  const Parameters given(call.request.target, {});
  const auto view = call.view();
  std::string name = call.service.pictures.keep(sent_picture(call, *view));
  HttpResponse response =
      json_response(Json::Object{{"picture", name}, {"address", "api/v1/pictures/" + name}});
  response.status = 201;
  return response;
}

HttpResponse show_kept_picture(const Call& call) {
  const Parameters given(call.request.target, {});
  const Format& format = format_for(call.request.header("accept"));
  const auto picture = call.service.pictures.find(call.named);
  if (!picture) {
    throw HttpProblem{.status = 404,
                      .kind = "not found",
                      .message = "there is no such picture, or its hour is over: send it again"};
  }
  HttpResponse response = drawn(call, *picture, format);
  response.headers.emplace_back("Cache-Control", "private, max-age=3600");
  return response;
}

}  // namespace likeness
