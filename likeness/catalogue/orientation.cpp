#include "likeness/catalogue/orientation.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "likeness/base/bytes.hpp"
#include "likeness/catalogue/tiff_tags.hpp"

namespace likeness {
namespace {

// Where the upright picture's pixels lie in the stored one: the first, and how far on the next in
// a row and in a column are.
struct Walk {
  std::ptrdiff_t first = 0;
  std::ptrdiff_t right = 0;
  std::ptrdiff_t down = 0;
};

Walk walk_of(Size stored, int orientation) {
  const std::ptrdiff_t pixel = kImageChannels;
  const std::ptrdiff_t row = kImageChannels * stored.width;
  const std::ptrdiff_t top_right = row - pixel;
  const std::ptrdiff_t bottom_left = row * (stored.height - std::ptrdiff_t{1});
  const std::ptrdiff_t bottom_right = bottom_left + top_right;
  const std::array<Walk, 9> walks = {{
      {},
      {.first = 0, .right = pixel, .down = row},
      {.first = top_right, .right = -pixel, .down = row},
      {.first = bottom_right, .right = -pixel, .down = -row},
      {.first = bottom_left, .right = pixel, .down = -row},
      {.first = 0, .right = row, .down = pixel},
      {.first = bottom_left, .right = -row, .down = pixel},
      {.first = bottom_right, .right = -row, .down = -pixel},
      {.first = top_right, .right = row, .down = -pixel},
  }};
  return walks.at(static_cast<std::size_t>(orientation));
}

using Bytes = std::span<const std::byte>;

// What PNG and RIFF have in common: a chain of chunks with a name and a length each.
struct ChunkLayout {
  std::size_t first = 0;
  std::size_t length_at = 0;
  ByteOrder order = ByteOrder::kBigEndian;
  std::size_t name_at = 0;
  std::size_t behind = 0;  // bytes that follow the content
  std::size_t even = 1;    // a content's length is rounded up to a multiple of it
};
constexpr ChunkLayout kPng{.first = 8, .length_at = 0, .name_at = 4, .behind = 4};
constexpr ChunkLayout kRiff{
    .first = 12, .length_at = 4, .order = ByteOrder::kLittleEndian, .name_at = 0, .even = 2};

// The content of the first chunk of this name; empty if there is none.
Bytes chunk_of(Bytes file, const ChunkLayout& layout, std::string_view name) {
  constexpr std::size_t kHeadBytes = 8;
  std::size_t place = layout.first;
  while (const auto length = number_at(file, place + layout.length_at, 4, layout.order)) {
    if (place + kHeadBytes > file.size()) break;
    if (has_text_at(file, place + layout.name_at, name)) {
      const Bytes rest = file.subspan(place + kHeadBytes);
      return rest.first(std::min<std::size_t>(*length, rest.size()));
    }
    const std::size_t padded = (*length + layout.even - 1) / layout.even * layout.even;
    place += kHeadBytes + padded + layout.behind;
  }
  return {};
}

// Some writers put JPEG's preamble before EXIF data, where the formats do not ask for it.
Bytes without_preamble(Bytes exif) {
  return has_text_at(exif, 0, "Exif") && exif.size() >= 6 ? exif.subspan(6) : exif;
}

}  // namespace

Size turned(Size size, int orientation) noexcept {
  if (orientation >= 5 && orientation <= 8) std::swap(size.width, size.height);
  return size;
}

Image upright(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const Walk walk = walk_of(image.size, orientation);
  Image result{.size = turned(image.size, orientation), .pixels = {}};
  result.pixels.resize(image.pixels.size());
  std::uint8_t* to = result.pixels.data();
  for (std::ptrdiff_t y = 0; y < result.size.height; ++y) {
    const std::uint8_t* from = image.pixels.data() + walk.first + y * walk.down;
    for (int x = 0; x < result.size.width; ++x, from += walk.right) {
      for (std::ptrdiff_t c = 0; c < kImageChannels; ++c) *to++ = from[c];
    }
  }
  return result;
}

int exif_orientation(Bytes tiff) {
  constexpr std::uint16_t kOrientation = 274;
  const auto tags = TiffTags::open(tiff);
  const std::uint64_t told = tags ? tags->number(kOrientation).value_or(1) : 1;
  return told >= 1 && told <= 8 ? static_cast<int>(told) : 1;
}

int stored_orientation(Bytes file, PictureFormat format) {
  switch (format) {
    case PictureFormat::kPng:
      return exif_orientation(without_preamble(chunk_of(file, kPng, "eXIf")));
    case PictureFormat::kWebp:
      return exif_orientation(without_preamble(chunk_of(file, kRiff, "EXIF")));
    case PictureFormat::kTiff: return exif_orientation(file);
    default: return 1;  // HEIF's turns and mirrors are part of decoding it, whatever its EXIF says
  }
}

}  // namespace likeness
