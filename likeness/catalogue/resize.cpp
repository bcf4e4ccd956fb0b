#include "likeness/catalogue/resize.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "likeness/catalogue/mixing.hpp"
#include "likeness/catalogue/orientation.hpp"
#include "likeness/catalogue/triangle_filter.hpp"

namespace likeness {
namespace {

// Mixes the new rows of a plane, still of the old width.
class RowMixer {
 public:
  RowMixer(std::span<const std::uint8_t> samples, std::size_t width)
      : samples_(samples), width_(width), row_(width + kColumnMultiple) {}

  [[nodiscard]] std::span<const std::int16_t> mix(const Taps& taps) {
    mix_rows(samples_.data() + width_ * taps.first, taps.weights, std::span(row_).first(width_));
    return row_;
  }

 private:
  std::span<const std::uint8_t> samples_;
  std::size_t width_;
  std::vector<std::int16_t> row_;
};

void mix_pixel(std::span<const std::int16_t> row, const Taps& taps, std::uint8_t* pixel) {
  constexpr int kShift = kWeightBits + kFractionBits;
  std::int32_t red = 1 << (kShift - 1);
  std::int32_t green = red;
  std::int32_t blue = red;
  const std::int16_t* old_pixel = row.data() + kImageChannels * taps.first;
  for (const std::int16_t weight : taps.weights) {
    red += weight * old_pixel[0];
    green += weight * old_pixel[1];
    blue += weight * old_pixel[2];
    old_pixel += kImageChannels;
  }
  pixel[0] = static_cast<std::uint8_t>(red >> kShift);
  pixel[1] = static_cast<std::uint8_t>(green >> kShift);
  pixel[2] = static_cast<std::uint8_t>(blue >> kShift);
}

struct Box {
  SideInterval x;
  SideInterval y;
};

Image white_image(Size size) {
  return {.size = size,
          .pixels =
              std::vector<std::uint8_t>(static_cast<std::size_t>(size.width) *
                                            static_cast<std::size_t>(size.height) * kImageChannels,
                                        255)};
}

Image resample(const Image& image, const Box& box, Size size) {
  const TriangleFilter columns(image.size.width, box.x, size.width);
  const TriangleFilter rows(image.size.height, box.y, size.height);
  RowMixer mixer(image.pixels, kImageChannels * static_cast<std::size_t>(image.size.width));
  Image result = white_image(size);
  std::uint8_t* pixel = result.pixels.data();
  for (std::size_t y = 0; y < rows.size(); ++y) {
    const auto row = mixer.mix(rows.taps(y));
    for (std::size_t x = 0; x < columns.size(); ++x, pixel += kImageChannels) {
      mix_pixel(row, columns.taps(x), pixel);
    }
  }
  return result;
}

// The same of a plane; its samples keep kFractionBits behind the point. `box` is in pixels.
std::vector<std::int16_t> resample(const Plane& plane, const Box& box, Size size) {
  const auto in_samples = [](SideInterval pixels, int pixels_per_sample) {
    return SideInterval{.begin = pixels.begin / pixels_per_sample,
                        .length = pixels.length / pixels_per_sample};
  };
  const TriangleFilter columns(plane.size.width, in_samples(box.x, plane.pixels_per_sample.width),
                               size.width, kColumnMultiple);
  const TriangleFilter rows(plane.size.height, in_samples(box.y, plane.pixels_per_sample.height),
                            size.height);
  RowMixer mixer(plane.samples, plane.row_bytes);
  std::vector<std::int16_t> result(rows.size() * columns.size());
  for (std::size_t y = 0; y < rows.size(); ++y) {
    mix_columns(mixer.mix(rows.taps(y)).data(), columns, result.data() + y * columns.size());
  }
  return result;
}

Image to_rgb(std::span<const std::vector<std::int16_t>> planes, Size size) {
  Image result = white_image(size);
  if (planes.size() == 3) {
    mix_colours(planes[0], planes[1], planes[2], result.pixels.data());
    return result;
  }
  std::uint8_t* pixel = result.pixels.data();
  for (const std::int16_t value : planes[0]) {
    const int level = (value + (1 << (kFractionBits - 1))) >> kFractionBits;
    pixel = std::fill_n(pixel, kImageChannels, static_cast<std::uint8_t>(level));
  }
  return result;
}

Box whole(Size size) {
  return {.x = {.begin = 0.0, .length = static_cast<double>(size.width)},
          .y = {.begin = 0.0, .length = static_cast<double>(size.height)}};
}

// The largest centred part of `from` that has the shape of `frame`.
Box centred_part(Size from, Size frame) {
  const double scale = std::min(static_cast<double>(from.width) / frame.width,
                                static_cast<double>(from.height) / frame.height);
  const auto centre = [scale](int old_length, int new_length) {
    const double length = std::min(scale * new_length, static_cast<double>(old_length));
    return SideInterval{.begin = (old_length - length) / 2.0, .length = length};
  };
  return {.x = centre(from.width, frame.width), .y = centre(from.height, frame.height)};
}

// The size of the whole picture in `frame`.
Size inner_size(Size from, Size frame) {
  const double scale = std::min(static_cast<double>(frame.width) / from.width,
                                static_cast<double>(frame.height) / from.height);
  const auto length = [scale](int old_length, int limit) {
    return std::clamp(static_cast<int>(std::lround(old_length * scale)), 1, limit);
  };
  return {.width = length(from.width, frame.width), .height = length(from.height, frame.height)};
}

// What part of a picture becomes how large.
struct Placement {
  Box box;
  Size size;
};

Placement placement_of(Size from, Size frame, Fit fit) {
  switch (fit) {
    case Fit::kStretch: return {.box = whole(from), .size = frame};
    case Fit::kPad: return {.box = whole(from), .size = inner_size(from, frame)};
    case Fit::kCrop: return {.box = centred_part(from, frame), .size = frame};
  }
  assert(false);
  return {};
}

// In the middle of a white picture, if it does not fill the frame itself.
Image framed(Image picture, Size frame) {
  const Size inner = picture.size;
  if (inner == frame) return picture;
  Image result = white_image(frame);
  const auto row_bytes = static_cast<std::ptrdiff_t>(inner.width) * kImageChannels;
  const auto frame_bytes = static_cast<std::ptrdiff_t>(frame.width) * kImageChannels;
  auto to = result.pixels.begin() + (frame.height - inner.height) / 2 * frame_bytes +
            std::ptrdiff_t{(frame.width - inner.width) / 2} * kImageChannels;
  for (auto from = picture.pixels.begin(); from != picture.pixels.end(); from += row_bytes) {
    std::copy_n(from, row_bytes, to);
    if (from + row_bytes != picture.pixels.end()) to += frame_bytes;
  }
  return result;
}

constexpr std::array<std::pair<Fit, const char*>, 3> kFitNames = {
    {{Fit::kStretch, "stretch"}, {Fit::kPad, "pad"}, {Fit::kCrop, "crop"}}};

}  // namespace

const char* name_of(Fit fit) noexcept {
  const auto* found = std::ranges::find(kFitNames, fit, &std::pair<Fit, const char*>::first);
  assert(found != kFitNames.end());
  return found->second;
}

std::optional<Fit> fit_named(std::string_view name) noexcept {
  for (const auto& [fit, fit_name] : kFitNames) {
    if (name == fit_name) return fit;
  }
  return std::nullopt;
}

Image resize(const Image& image, Size size, Fit fit) {
  assert(image.size.width > 0 && image.size.height > 0 && size.width > 0 && size.height > 0);
  if (image.size == size) return image;
  const Placement placement = placement_of(image.size, size, fit);
  return framed(resample(image, placement.box, placement.size), size);
}

// All boxes are centred, so that turning the small picture gives what turning the large one would.
Image resize(const Planes& picture, Size size, Fit fit) {
  assert(picture.planes.size() == 1 || picture.planes.size() == 3);
  Placement placement = placement_of(turned(picture.size, picture.orientation), size, fit);
  if (picture.orientation >= 5) std::swap(placement.box.x, placement.box.y);
  placement.size = turned(placement.size, picture.orientation);
  std::vector<std::vector<std::int16_t>> planes;
  planes.reserve(picture.planes.size());
  for (const Plane& plane : picture.planes) {
    planes.push_back(resample(plane, placement.box, placement.size));
  }
  return framed(upright(to_rgb(planes, placement.size), picture.orientation), size);
}

Size scaled_size(Size size, std::uint64_t longest) {
  const int side = std::max(size.width, size.height);
  if (longest == 0 || longest >= static_cast<std::uint64_t>(side)) return size;
  const double scale = static_cast<double>(longest) / side;
  const auto shorter = [scale](int length) {
    return std::max(1, static_cast<int>(std::lround(scale * length)));
  };
  return {.width = shorter(size.width), .height = shorter(size.height)};
}

}  // namespace likeness
