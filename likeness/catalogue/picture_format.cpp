#include "likeness/catalogue/picture_format.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <string_view>

#include "likeness/base/bytes.hpp"
#include "likeness/catalogue/tiff_tags.hpp"

namespace likeness {
namespace {

using Bytes = std::span<const std::byte>;
using namespace std::string_view_literals;

// ISO/IEC 23008-12, annex B: pictures and sequences of them, in HEVC, AV1 or any coding.
constexpr std::array kPictureBrands = {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv,
                                       "hevm"sv, "hevs"sv, "mif1"sv, "msf1"sv, "avif"sv, "avis"sv};

// A box "ftyp": its length, the brand the file is first of all, a version, and all its brands.
bool is_heif(Bytes head) {
  if (!has_text_at(head, 4, "ftyp")) return false;
  const std::size_t length = std::min<std::size_t>(number_at(head, 0, 4).value_or(0), head.size());
  for (std::size_t place = 8; place + 4 <= length; place += place == 8 ? 8 : 4) {
    const auto is_here = [&](std::string_view brand) { return has_text_at(head, place, brand); };
    if (std::ranges::any_of(kPictureBrands, is_here)) return true;
  }
  return false;
}

// TIFF whose first picture is the sensor's mosaic, or a mere preview of one that lies in another
// directory: libtiff would show noise or a thumbnail.
bool is_raw(Bytes head, const TiffTags& tags) {
  constexpr std::uint16_t kKind = 254;  // NewSubfileType; its lowest bit: a reduced picture
  constexpr std::uint16_t kPhotometric = 262;
  constexpr std::uint16_t kOtherDirectories = 330;  // SubIFDs
  constexpr std::uint16_t kDngVersion = 50706;
  constexpr std::uint64_t kMosaic = 32803;  // TIFF/EP
  constexpr std::uint64_t kLinearRaw = 34892;
  if (has_text_at(head, 8, "CR") || has_text_at(head, 8, "IIII") || tags.has(kDngVersion))
    return true;
  const std::uint64_t photometric = tags.number(kPhotometric).value_or(0);
  if (photometric == kMosaic || photometric == kLinearRaw) return true;
  return (tags.number(kKind).value_or(0) & 1U) != 0 && tags.has(kOtherDirectories);
}

}  // namespace

std::optional<PictureFormat> picture_format(Bytes head) {
  if (has_text_at(head, 0, "\xff\xd8\xff")) return PictureFormat::kJpeg;
  if (has_text_at(head, 0, "\x89PNG\r\n\x1a\n")) return PictureFormat::kPng;
  if (has_text_at(head, 0, "RIFF") && has_text_at(head, 8, "WEBP")) return PictureFormat::kWebp;
  if (has_text_at(head, 0, "GIF87a") || has_text_at(head, 0, "GIF89a")) return PictureFormat::kGif;
  if (is_heif(head)) return PictureFormat::kHeif;
  const auto tags = TiffTags::open(head);
  if (tags && !is_raw(head, *tags)) return PictureFormat::kTiff;
  return std::nullopt;
}

const char* name_of(PictureFormat format) noexcept {
  switch (format) {
    case PictureFormat::kJpeg: return "JPEG";
    case PictureFormat::kPng: return "PNG";
    case PictureFormat::kWebp: return "WebP";
    case PictureFormat::kTiff: return "TIFF";
    case PictureFormat::kGif: return "GIF";
    case PictureFormat::kHeif: return "HEIF or AVIF";
  }
  assert(false);
  return "";
}

}  // namespace likeness
