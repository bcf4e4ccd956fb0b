#include "likeness/web/sent_picture.hpp"

#include <optional>
#include <span>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/picture_format.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/web/metrics.hpp"

namespace likeness {

bool is_picture_type(std::string_view content_type) { return content_type.starts_with("image/"); }

Image sent_picture(const Call& call, const ShopView& view) {
  const auto refuse = [](int status, const std::string& message) -> HttpProblem {
    return {.status = status, .kind = "input", .message = message, .where = "body"};
  };
  const auto bytes = std::as_bytes(std::span(call.request.body));
  if (!is_picture_type(call.request.header("content-type"))) {
    throw refuse(415, "the body is to be a picture, with a Content-Type such as image/jpeg");
  }
  if (!picture_format(bytes)) throw refuse(415, "the body is not a picture that can be read");
  const std::optional<StoredPack>& pack = view.first_pack();
  if (!pack) throw refuse(409, "the shop has no pictures yet");
  try {
    const TimedPart timed(call.service.metrics, Metrics::Part::kDecode);
    return record_of(bytes, *pack);
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::kInput) throw;
    throw refuse(422, std::string("the picture ") + error.what());
  }
}

}  // namespace likeness
