// One item of the sample catalogue: what it is and how it is drawn follow from seed and index
// alone, so that items can be drawn in any order by any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "likeness/catalogue/image.hpp"

namespace likeness {

enum class Duplicate { kNone, kExact, kReencoded, kScaled, kCropped };

struct SampleItem {
  std::string key;
  std::string_view category, cut, colour, pattern;
  std::string_view shadow;  // "none", "soft"
  Duplicate duplicate = Duplicate::kNone;
  std::optional<std::size_t> duplicate_of;  // always an earlier item that is no duplicate
  std::string svg;
  Size size{.width = 240, .height = 320};
  int quality = 90;  // of the JPEG
};

[[nodiscard]] std::string sample_key(std::size_t index);
[[nodiscard]] SampleItem sample_item(std::uint64_t seed, std::size_t index);

[[nodiscard]] std::span<const std::string_view> sample_categories() noexcept;

}  // namespace likeness
