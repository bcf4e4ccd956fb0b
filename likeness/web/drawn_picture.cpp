#include "likeness/web/drawn_picture.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/resize.hpp"
#include "likeness/catalogue/vips_image.hpp"
#include "likeness/web/http.hpp"
#include "likeness/web/metrics.hpp"

namespace likeness {
namespace {

constexpr int kQuality = 90;

std::vector<std::byte> as_webp(const Image& image) {
  static constexpr int kStill = 0;
  return encode_webp(std::span(&image, 1), std::span(&kStill, 1));
}

std::vector<std::byte> as_jpeg(const Image& image) { return encode_jpeg(image, kQuality); }

constexpr std::array kFormats = std::to_array<SentFormat>({
    {.type = "image/jpeg", .encode = as_jpeg},
    {.type = "image/webp", .encode = as_webp},
    {.type = "image/png", .encode = encode_png},
});

}  // namespace

// Whoever names WebP gets it, for it is the smallest; whoever takes anything gets what is made
// fastest.
const SentFormat& format_for(std::string_view accept) {
  if (accept.find("image/webp") != std::string_view::npos) return kFormats[1];
  if (accept.empty() || accept.find("*/*") != std::string_view::npos ||
      accept.find("image/*") != std::string_view::npos) {
    return kFormats[0];
  }
  const auto taken = std::ranges::find_if(kFormats, [&](const SentFormat& format) {
    return accept.find(format.type) != std::string_view::npos;
  });
  if (taken != kFormats.end()) return *taken;
  throw HttpProblem{.status = 406,
                    .kind = "input",
                    .message = "a picture is sent as image/jpeg, image/webp or image/png",
                    .where = "Accept"};
}

HttpResponse drawn(const Call& call, const Image& image, const SentFormat& format) {
  const TimedPart timed(call.service.metrics, Metrics::Part::kDraw);
  const auto bytes = format.encode(image);
  return {.content_type = format.type,
          .body = std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
          .headers = {{"Vary", "Accept"}}};
}

Image scaled(const PixelView& view, std::uint64_t longest) {
  const Image image{.size = view.size, .pixels = {view.pixels.begin(), view.pixels.end()}};
  const Size size = scaled_size(view.size, longest);
  return size == view.size ? image : resize(image, size, Fit::kStretch);
}

}  // namespace likeness
