// A picture as the body of a request.
#pragma once

#include <string_view>

#include "likeness/shop/embedding.hpp"
#include "likeness/web/call.hpp"

namespace likeness {

// As the shop's model looks at it. HttpProblem 415 if the body is said to be something else or is
// no picture, 422 if it cannot be used.
[[nodiscard]] BroughtPicture sent_picture(const Call& call, const ShopView& view);
// The same of bytes from elsewhere.
[[nodiscard]] BroughtPicture brought_picture(std::string_view bytes, const ShopView& view,
                                             Metrics& metrics);

[[nodiscard]] bool is_picture_type(std::string_view content_type);

}  // namespace likeness
