#include "likeness/web/sent_picture.hpp"

#include <optional>
#include <span>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/picture_format.hpp"
#include "likeness/web/metrics.hpp"

namespace likeness {
namespace {

HttpProblem refused(int status, const std::string& message) {
  return {.status = status, .kind = "input", .message = message, .where = "body"};
}

}  // namespace

bool is_picture_type(std::string_view content_type) { return content_type.starts_with("image/"); }

BroughtPicture sent_picture(const Call& call, const ShopView& view) {
  if (!is_picture_type(call.request.header("content-type"))) {
    throw refused(415, "the body is to be a picture, with a Content-Type such as image/jpeg");
  }
  return brought_picture(call.request.body, view, call.service.metrics);
}

BroughtPicture brought_picture(std::string_view picture, const ShopView& view, Metrics& metrics) {
  const auto bytes = std::as_bytes(std::span(picture));
  if (!picture_format(bytes)) throw refused(415, "what was sent is not a picture that can be read");
  const std::optional<StoredPack>& pack = view.first_pack();
  if (!pack) throw refused(409, "the shop has no pictures yet");
  try {
    const TimedPart timed(metrics, Metrics::Part::kDecode);
    return view.bring(bytes, *pack);
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::kInput) throw;
    throw refused(422, std::string("the picture ") + error.what());
  }
}

}  // namespace likeness
