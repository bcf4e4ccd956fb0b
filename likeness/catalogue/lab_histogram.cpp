#include "likeness/catalogue/lab_histogram.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>

namespace likeness {
namespace {

// Colours are counted in 32 levels of red, green and blue first, so that a picture costs some
// hundred conversions instead of one for each pixel.
constexpr std::size_t kLevelBits = 5;
static_assert(kColourLevels == std::size_t{1} << kLevelBits);
constexpr std::size_t kColours = kColourLevels * kColourLevels * kColourLevels;

constexpr float kLargestLightness = 100.0F;
constexpr float kLeastChroma = -60.0F;  // sRGB reaches farther, catalogues hardly do
constexpr float kLargestChroma = 70.0F;
// Of the fine bins, in both directions from grey (docs/quality.md).
constexpr float kFarthestChroma = 65.0F;
constexpr float kFineness = 0.6F;

constexpr float kWhiteLightness = 95.0F;
constexpr float kWhiteChroma = 4.0F;
constexpr float kWhiteWeight = 0.1F;
constexpr float kFineWhiteWeight = 1.0F / 30.0F;
// Of the Gaussian, where the border of the picture is at 1: variance 0.25.
constexpr float kTwiceVariance = 0.5F;

struct Lab {
  float lightness = 0.0F, a = 0.0F, b = 0.0F;
};

float linear_of(std::size_t level) {
  const float value = (static_cast<float>(level) + 0.5F) / float{kColourLevels};
  return value <= 0.04045F ? value / 12.92F : std::pow((value + 0.055F) / 1.055F, 2.4F);
}

float lab_root(float value) {
  constexpr float kLinearBelow = 216.0F / 24389.0F;
  return value > kLinearBelow ? std::cbrt(value) : (24389.0F / 27.0F * value + 16.0F) / 116.0F;
}

// The matrix of IEC 61966-2-1, and the white point D65.
Lab lab_of(float red, float green, float blue) {
  const float x = lab_root((0.4124564F * red + 0.3575761F * green + 0.1804375F * blue) / 0.95047F);
  const float y = lab_root(0.2126729F * red + 0.7151522F * green + 0.072175F * blue);
  const float z = lab_root((0.0193339F * red + 0.119192F * green + 0.9503041F * blue) / 1.08883F);
  return {.lightness = 116.0F * y - 16.0F, .a = 500.0F * (x - y), .b = 200.0F * (y - z)};
}

std::vector<Lab> lab_of_all_colours() {
  std::vector<Lab> table;
  table.reserve(kColours);
  for (std::size_t red = 0; red < kColourLevels; ++red) {
    for (std::size_t green = 0; green < kColourLevels; ++green) {
      for (std::size_t blue = 0; blue < kColourLevels; ++blue) {
        table.push_back(lab_of(linear_of(red), linear_of(green), linear_of(blue)));
      }
    }
  }
  return table;
}

bool is_white(const Lab& colour) {
  return colour.lightness > kWhiteLightness && std::abs(colour.a) < kWhiteChroma &&
         std::abs(colour.b) < kWhiteChroma;
}

std::vector<float> weights_along(int length) {
  std::vector<float> weights;
  for (int i = 0; i < length; ++i) {
    const float place =
        length > 1 ? 2.0F * static_cast<float>(i) / static_cast<float>(length - 1) - 1.0F : 0.0F;
    weights.push_back(std::exp(-place * place / kTwiceVariance));
  }
  return weights;
}

// The weight of each colour that the picture has.
class ColourWeights {
 public:
  explicit ColourWeights(const PixelView& picture)
      : weights_(std::make_unique_for_overwrite<Weights>()) {
    const auto columns = weights_along(picture.size.width);
    const auto rows = weights_along(picture.size.height);
    const std::uint8_t* pixel = picture.pixels.data();
    constexpr unsigned kDropped = 8 - kLevelBits;
    for (const float row : rows) {
      for (const float column : columns) {
        const std::size_t red = pixel[0] >> kDropped;
        const std::size_t green = pixel[1] >> kDropped;
        const std::size_t blue = pixel[2] >> kDropped;
        add((red * kColourLevels + green) * kColourLevels + blue, row * column);
        pixel += 3;
      }
    }
  }

  // Calls visit(colour, weight), by ascending colours.
  template <typename Visit>
  void visit(const Visit& visit) const {
    for (std::size_t word = 0; word < is_there_.size(); ++word) {
      for (std::uint64_t rest = is_there_[word]; rest != 0; rest &= rest - 1) {
        const std::size_t colour = 64 * word + static_cast<std::size_t>(std::countr_zero(rest));
        visit(colour, (*weights_)[colour]);
      }
    }
  }

 private:
  using Weights = std::array<float, kColours>;

  void add(std::size_t colour, float weight) {
    std::uint64_t& word = is_there_[colour / 64];
    const std::uint64_t bit = std::uint64_t{1} << colour % 64;
    float& sum = (*weights_)[colour];
    sum = (word & bit) != 0 ? sum + weight : weight;
    word |= bit;
  }

  std::unique_ptr<Weights> weights_;  // set where the bit is
  std::array<std::uint64_t, kColours / 64> is_there_{};
};

float in_bins(float value, float least, float largest, std::size_t bins) {
  return std::clamp((value - least) / (largest - least), 0.0F, 1.0F) * static_cast<float>(bins - 1);
}

float in_fine_bins(float chroma) {
  const float distance = std::pow(std::abs(chroma) / kFarthestChroma, kFineness);
  return in_bins(std::copysign(distance, chroma), -1.0F, 1.0F, kChromaBins);
}

ColourPlace place_of(const Lab& colour, LabBins bins) {
  const float lightness = in_bins(colour.lightness, 0.0F, kLargestLightness, kLightnessBins);
  if (bins == LabBins::kFine) {
    return {.lightness = lightness,
            .a = in_fine_bins(colour.a),
            .b = in_fine_bins(colour.b),
            .weight = is_white(colour) ? kFineWhiteWeight : 1.0F};
  }
  return {.lightness = lightness,
          .a = in_bins(colour.a, kLeastChroma, kLargestChroma, kChromaBins),
          .b = in_bins(colour.b, kLeastChroma, kLargestChroma, kChromaBins),
          .weight = is_white(colour) ? kWhiteWeight : 1.0F};
}

// A place between two bins, and how much of it belongs to the upper one.
struct Between {
  std::size_t bin = 0;
  float upper = 0.0F;

  Between(float place, std::size_t bins)
      : bin(std::min(static_cast<std::size_t>(place), bins - 2)),
        upper(place - static_cast<float>(bin)) {}
  [[nodiscard]] float share(std::size_t side) const { return side == 1 ? upper : 1.0F - upper; }
};

void add_softly(const ColourPlace& place, float weight, std::vector<float>& histogram) {
  const Between lightness(place.lightness, kLightnessBins);
  const Between a(place.a, kChromaBins);
  const Between b(place.b, kChromaBins);
  for (std::size_t corner = 0; corner < 8; ++corner) {
    const std::size_t up_l = corner >> 2U;
    const std::size_t up_a = corner >> 1U & 1U;
    const std::size_t up_b = corner & 1U;
    const std::size_t bin =
        ((lightness.bin + up_l) * kChromaBins + a.bin + up_a) * kChromaBins + b.bin + up_b;
    histogram[bin] += weight * lightness.share(up_l) * a.share(up_a) * b.share(up_b);
  }
}

std::vector<float> histogram_of(const PixelView& picture, const std::vector<ColourPlace>& places) {
  std::vector<float> histogram(kLabNumbers);
  ColourWeights(picture).visit([&](std::size_t colour, float weight) {
    add_softly(places[colour], weight * places[colour].weight, histogram);
  });
  const float total = std::accumulate(histogram.begin(), histogram.end(), 0.0F);
  for (float& value : histogram) value = std::sqrt(value / total);
  return histogram;
}

}  // namespace

std::vector<float> lab_histogram(const PixelView& picture) {
  static const auto places = colour_places(LabBins::kEven);
  return histogram_of(picture, places);
}

std::vector<float> fine_lab_histogram(const PixelView& picture) {
  static const auto places = colour_places(LabBins::kFine);
  return histogram_of(picture, places);
}

std::vector<ColourPlace> colour_places(LabBins bins) {
  std::vector<ColourPlace> places;
  places.reserve(kColours);
  for (const Lab& colour : lab_of_all_colours()) places.push_back(place_of(colour, bins));
  return places;
}

std::vector<float> middle_weights(Size picture) {
  const auto columns = weights_along(picture.width);
  std::vector<float> weights;
  for (const float row : weights_along(picture.height)) {
    for (const float column : columns) weights.push_back(row * column);
  }
  return weights;
}

float chroma(const PixelView& picture) {
  static const std::vector<Lab> table = lab_of_all_colours();
  float sum = 0.0F;
  float total = 0.0F;
  ColourWeights(picture).visit([&](std::size_t colour, float pixels) {
    const Lab& lab = table[colour];
    const float weight = pixels * (is_white(lab) ? kWhiteWeight : 1.0F);
    sum += weight * (lab.a * lab.a + lab.b * lab.b);
    total += weight;
  });
  return std::sqrt(sum / total);
}

}  // namespace likeness
