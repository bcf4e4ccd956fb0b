#include "likeness/catalogue/jpeg_markers.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "likeness/base/bytes.hpp"
#include "likeness/catalogue/orientation.hpp"
#include "likeness/catalogue/srgb_profile.hpp"
#include "likeness/catalogue/tiff_tags.hpp"

namespace likeness {
namespace {

using Bytes = std::span<const std::byte>;
using namespace std::string_view_literals;

// SOF0 to SOF15 but for the three that are something else.
bool is_frame(std::uint64_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

bool is_progressive(std::uint64_t frame_marker) { return (frame_marker & 3U) == 2U; }

// Walks from marker to marker, through the scans' coded bytes only if there are several.
class MarkerWalk {
 public:
  explicit MarkerWalk(Bytes file) : file_(file) {}

  JpegMarkers finish() && {
    while (step()) {
    }
    markers_.orientation = orientation_.value_or(1);
    markers_.scans = std::max(scans_, 1);
    markers_.component_missing = several_ && coded_ != components_;
    return markers_;
  }

 private:
  [[nodiscard]] std::uint64_t byte_at(std::size_t offset) const {
    return number_at(file_, offset, 1).value_or(0);
  }

  bool step() {
    constexpr std::uint64_t kStartOfScan = 0xda;
    constexpr std::uint64_t kEnd = 0xd9;
    // What stands between segments and is none is passed over, as libjpeg does.
    if (byte_at(place_) != 0xff) return skip_to_marker();
    const std::uint64_t marker = byte_at(place_ + 1);
    if (marker == 0xff) {  // any number of fill bytes may stand before a marker
      ++place_;
      return true;
    }
    if (marker <= 1 || (marker & 0xf8U) == 0xd0) {  // these have no content
      place_ += 2;
      return place_ < file_.size();
    }
    const auto length = number_at(file_, place_ + 2, 2);  // counts itself, not the marker
    if (marker == kEnd || !length || *length < 2) return false;
    if (*length > file_.size() - place_ - 2) return false;
    const Bytes segment = file_.subspan(place_ + 4, *length - 2);
    place_ += 2 + *length;
    if (marker == kStartOfScan) return start_scan(segment);
    if (is_frame(marker)) read_frame(marker, segment);
    if (marker == 0xe1) read_exif(segment);
    if (marker == 0xe2) read_profile(segment);
    return true;
  }

  void read_frame(std::uint64_t marker, Bytes frame) {
    progressive_ = is_progressive(marker);
    const auto number = [&](std::size_t offset, std::size_t width) {
      return number_at(frame, offset, width).value_or(0);
    };
    const std::size_t count = std::min<std::size_t>(number(5, 1), 4);
    std::size_t all = 0;  // samples of the smallest block of pixels that has all components'
    std::uint64_t width = 1;
    std::uint64_t height = 1;
    std::uint64_t narrowest = 15;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t across = std::max<std::uint64_t>(number(7 + 3 * i, 1) >> 4U, 1);
      const std::uint64_t down = std::max<std::uint64_t>(number(7 + 3 * i, 1) & 15U, 1);
      ids_.at(i) = number(6 + 3 * i, 1);
      components_.set(i);
      width = std::max(width, across);
      height = std::max(height, down);
      narrowest = std::min(narrowest, across);
      all += across * down;
    }
    markers_.size = {.width = static_cast<int>(number(3, 2)),
                     .height = static_cast<int>(number(1, 2))};
    markers_.samples = number(1, 2) * number(3, 2) * all / (width * height);
    markers_.coarsest_sampling = static_cast<int>(width / narrowest);
  }

  // A segment that is no TIFF is none of EXIF's; of several the first counts, as elsewhere.
  void read_exif(Bytes segment) {
    constexpr auto kExif = "Exif\0"sv;  // and a byte of padding, which is not always 0
    if (orientation_ || !has_text_at(segment, 0, kExif) || segment.size() < 6) return;
    const Bytes tiff = segment.subspan(6);
    if (TiffTags::open(tiff)) orientation_ = exif_orientation(tiff);
  }

  void read_profile(Bytes segment) {
    constexpr auto kProfile = "ICC_PROFILE\0"sv;  // then the part's number and how many there are
    if (!has_text_at(segment, 0, kProfile) || segment.size() < kProfile.size() + 2) return;
    const bool whole = has_text_at(segment.subspan(kProfile.size()), 0, "\1\1"sv);
    markers_.foreign_profile = !whole || !is_srgb_profile(segment.subspan(kProfile.size() + 2));
  }

  bool start_scan(Bytes scan) {
    ++scans_;
    const std::size_t count = number_at(scan, 0, 1).value_or(0);
    several_ = several_ || progressive_ || count < components_.count();
    const bool has_means = !progressive_ || number_at(scan, 1 + 2 * count, 1) == 0U;
    for (std::size_t i = 0; has_means && i < count; ++i) {
      const auto* const found =
          std::ranges::find(ids_, number_at(scan, 1 + 2 * i, 1).value_or(256));
      if (found != ids_.end()) coded_.set(static_cast<std::size_t>(found - ids_.begin()));
    }
    return several_ && skip_to_marker();
  }

  // But not to those of restarts, which stand between codes.
  bool skip_to_marker() {
    while (place_ + 1 < file_.size()) {
      const void* const found = std::memchr(file_.data() + place_, 0xff, file_.size() - place_ - 1);
      if (found == nullptr) return false;
      place_ = static_cast<std::size_t>(static_cast<const std::byte*>(found) - file_.data());
      const std::uint64_t next = byte_at(place_ + 1);
      if (next != 0 && next != 0xff && (next & 0xf8U) != 0xd0) return true;
      place_ += next == 0xff ? 1 : 2;
    }
    return false;
  }

  Bytes file_;
  std::size_t place_ = 2;
  JpegMarkers markers_;
  std::optional<int> orientation_;
  std::array<std::uint64_t, 4> ids_{256, 256, 256, 256};  // of components; 256: none
  std::bitset<4> components_;
  std::bitset<4> coded_;
  bool progressive_ = false;
  bool several_ = false;
  int scans_ = 0;
};

}  // namespace

JpegMarkers read_jpeg_markers(Bytes file) { return MarkerWalk(file).finish(); }

}  // namespace likeness
