// A picture as the body of a request.
#pragma once

#include <string_view>

#include "likeness/catalogue/image.hpp"
#include "likeness/web/call.hpp"

namespace likeness {

// As the shop's pictures are. HttpProblem 415 if the body is said to be something else or is no
// picture, 422 if it cannot be used.
[[nodiscard]] Image sent_picture(const Call& call, const ShopView& view);
// The same of bytes from elsewhere.
[[nodiscard]] Image record_of(std::string_view bytes, const ShopView& view, Metrics& metrics);

[[nodiscard]] bool is_picture_type(std::string_view content_type);

}  // namespace likeness
