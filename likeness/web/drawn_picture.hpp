// How a picture is sent: as WebP, JPEG or PNG, by what the client takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/web/call.hpp"

namespace likeness {

struct SentFormat {
  const char* type;  // "image/webp"
  std::vector<std::byte> (*encode)(const Image& image);
};

// HttpProblem 406 if it takes none of them.
[[nodiscard]] const SentFormat& format_for(std::string_view accept);

[[nodiscard]] HttpResponse drawn(const Call& call, const Image& image, const SentFormat& format);

// The longer side is `longest`; 0, or more than it has: as it is.
[[nodiscard]] Image scaled(const PixelView& view, std::uint64_t longest);

}  // namespace likeness
