// Compares a whole picture with a stored one that was looked at. LIKENESS_STORE_PICTURES=1 stores
// what is drawn instead.
#pragma once

#include <string>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Letters differ between versions of the font and of what draws them, so a hundredth of the mean
// level is allowed; a missing line or frame is more.
void expect_like_stored(const Image& picture, const std::string& name);

[[nodiscard]] Image plain_picture(Size size, std::uint8_t red, std::uint8_t green,
                                  std::uint8_t blue);

}  // namespace likeness
