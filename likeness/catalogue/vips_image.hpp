// What libvips writes and draws for us.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Of libvips: "8.14.1".
[[nodiscard]] std::string vips_version();

// Draws the SVG on white. Its own sides must be in the proportion of `size`. The text is ours, not
// a user's: SVG is the one format that is drawn here but not accepted by decode_image().
[[nodiscard]] Image render_svg(std::string_view svg, Size size);

[[nodiscard]] std::vector<std::byte> encode_png(const Image& image);

// Frames of one size, at least one, each shown for its own time, repeated for ever.
[[nodiscard]] std::vector<std::byte> encode_gif(std::span<const Image> frames,
                                                std::span<const int> milliseconds);
[[nodiscard]] std::vector<std::byte> encode_webp(std::span<const Image> frames,
                                                 std::span<const int> milliseconds);

}  // namespace likeness
