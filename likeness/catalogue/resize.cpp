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

namespace likeness {
namespace {

constexpr int kChannels = 3;
// Weights of one pixel sum to 2^14; between the two passes a sample keeps 7 bits behind the point.
// Both fit 16 signed bits, whose products compilers know to vectorise, and 255 * 2^7 * 2^14 < 2^31:
// nothing overflows however many source pixels there are.
constexpr int kWeightBits = 14;
constexpr int kFractionBits = 7;

// The part of a side, in source pixels, that becomes the whole new side.
struct Interval {
  double begin = 0.0;
  double length = 0.0;
};

// What one new row or column is made of: `weights` of the old ones from `first` on.
struct Taps {
  int first = 0;
  std::span<const std::int16_t> weights;
};

// The filter along one side. Its triangle reaches one old or one new pixel to each side of the
// centre, whichever is wider; at the picture's border it is cut off and scaled up to full weight.
class Filter {
 public:
  Filter(int old_length, Interval source, int new_length) {
    const double step = source.length / new_length;
    const double radius = std::max(1.0, step);
    for (int i = 0; i < new_length; ++i) {
      const double centre = source.begin + (i + 0.5) * step;
      const int first = std::max(0, static_cast<int>(std::floor(centre - radius + 0.5)));
      const int end = std::min(old_length, static_cast<int>(std::floor(centre + radius + 0.5)));
      add(first, end, centre, radius);
    }
  }

  [[nodiscard]] Taps taps(int i) const {
    const auto begin = starts_[static_cast<std::size_t>(i)];
    const auto end = static_cast<std::size_t>(i) + 1 < starts_.size()
                         ? starts_[static_cast<std::size_t>(i) + 1]
                         : weights_.size();
    return {.first = firsts_[static_cast<std::size_t>(i)],
            .weights = std::span(weights_).subspan(begin, end - begin)};
  }

 private:
  // Rounds the running sum, not each weight: the sum is exact, and a million tiny weights
  // do not all become zero.
  void add(int first, int end, double centre, double radius) {
    const auto weight = [&](int x) {
      return std::max(0.0, 1.0 - std::abs(x + 0.5 - centre) / radius);
    };
    double total = 0.0;
    for (int x = first; x < end; ++x) total += weight(x);
    firsts_.push_back(first);
    starts_.push_back(weights_.size());
    double sum = 0.0;
    std::int32_t given = 0;
    for (int x = first; x < end; ++x) {
      sum += weight(x);
      const auto reached = static_cast<std::int32_t>(std::lround(sum / total * (1 << kWeightBits)));
      weights_.push_back(static_cast<std::int16_t>(reached - given));
      given = reached;
    }
  }

  std::vector<int> firsts_;
  std::vector<std::size_t> starts_;
  std::vector<std::int16_t> weights_;
};

// Mixes one new row, still of the old width, with kFractionBits behind the point.
class RowMixer {
 public:
  explicit RowMixer(const Image& image)
      : image_(image),
        sums_(static_cast<std::size_t>(image.size.width) * kChannels),
        row_(sums_.size()) {}

  [[nodiscard]] std::span<const std::int16_t> mix(const Taps& taps) {
    constexpr int kShift = kWeightBits - kFractionBits;
    std::ranges::fill(sums_, 1 << (kShift - 1));  // for rounding
    const std::size_t length = sums_.size();
    const std::uint8_t* old_row =
        image_.pixels.data() + length * static_cast<std::size_t>(taps.first);
    for (const std::int16_t weight : taps.weights) {
      for (std::size_t x = 0; x < length; ++x) {
        sums_[x] += weight * static_cast<std::int16_t>(old_row[x]);
      }
      old_row += length;
    }
    for (std::size_t x = 0; x < length; ++x)
      row_[x] = static_cast<std::int16_t>(sums_[x] >> kShift);
    return row_;
  }

 private:
  const Image& image_;
  std::vector<std::int32_t> sums_;
  std::vector<std::int16_t> row_;
};

void mix_columns(std::span<const std::int16_t> row, const Taps& taps, std::uint8_t* pixel) {
  constexpr int kShift = kWeightBits + kFractionBits;
  std::int32_t red = 1 << (kShift - 1);
  std::int32_t green = red;
  std::int32_t blue = red;
  const std::int16_t* old_pixel = row.data() + std::ptrdiff_t{kChannels} * taps.first;
  for (const std::int16_t weight : taps.weights) {
    red += weight * old_pixel[0];
    green += weight * old_pixel[1];
    blue += weight * old_pixel[2];
    old_pixel += kChannels;
  }
  pixel[0] = static_cast<std::uint8_t>(red >> kShift);
  pixel[1] = static_cast<std::uint8_t>(green >> kShift);
  pixel[2] = static_cast<std::uint8_t>(blue >> kShift);
}

struct Box {
  Interval x;
  Interval y;
};

Image white_image(Size size) {
  return {.size = size,
          .pixels = std::vector<std::uint8_t>(static_cast<std::size_t>(size.width) *
                                                  static_cast<std::size_t>(size.height) * kChannels,
                                              255)};
}

Image resample(const Image& image, const Box& box, Size size) {
  const Filter columns(image.size.width, box.x, size.width);
  const Filter rows(image.size.height, box.y, size.height);
  RowMixer mixer(image);
  Image result = white_image(size);
  std::uint8_t* pixel = result.pixels.data();
  for (int y = 0; y < size.height; ++y) {
    const auto row = mixer.mix(rows.taps(y));
    for (int x = 0; x < size.width; ++x, pixel += kChannels) {
      mix_columns(row, columns.taps(x), pixel);
    }
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
    return Interval{.begin = (old_length - length) / 2.0, .length = length};
  };
  return {.x = centre(from.width, frame.width), .y = centre(from.height, frame.height)};
}

Image pad(const Image& image, Size frame) {
  const double scale = std::min(static_cast<double>(frame.width) / image.size.width,
                                static_cast<double>(frame.height) / image.size.height);
  const auto length = [scale](int old_length, int limit) {
    return std::clamp(static_cast<int>(std::lround(old_length * scale)), 1, limit);
  };
  const Size inner{.width = length(image.size.width, frame.width),
                   .height = length(image.size.height, frame.height)};
  const Image picture = resample(image, whole(image.size), inner);
  Image result = white_image(frame);
  const auto row_bytes = static_cast<std::ptrdiff_t>(inner.width) * kChannels;
  const auto frame_bytes = static_cast<std::ptrdiff_t>(frame.width) * kChannels;
  auto to = result.pixels.begin() + (frame.height - inner.height) / 2 * frame_bytes +
            std::ptrdiff_t{(frame.width - inner.width) / 2} * kChannels;
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
  switch (fit) {
    case Fit::kStretch: return resample(image, whole(image.size), size);
    case Fit::kPad: return pad(image, size);
    case Fit::kCrop: return resample(image, centred_part(image.size, size), size);
  }
  assert(false);
  return {};
}

}  // namespace likeness
