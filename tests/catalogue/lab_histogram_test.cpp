#include "likeness/catalogue/lab_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

using Colour = std::array<std::uint8_t, 3>;

constexpr Size kSize{.width = 60, .height = 80};
constexpr Colour kWhite{255, 255, 255};

// A rectangle of half the width and height in the middle.
Image on_ground(const Colour& colour, const Colour& ground) {
  Image image{.size = kSize, .pixels = {}};
  for (int y = 0; y < kSize.height; ++y) {
    for (int x = 0; x < kSize.width; ++x) {
      const bool inside = x >= 15 && x < 45 && y >= 20 && y < 60;
      const Colour& pixel = inside ? colour : ground;
      image.pixels.insert(image.pixels.end(), pixel.begin(), pixel.end());
    }
  }
  return image;
}

double distance(const Image& a, const Image& b) {
  const auto left = lab_histogram(view_of(a));
  const auto right = lab_histogram(view_of(b));
  double square = 0.0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double difference = static_cast<double>(left[i]) - static_cast<double>(right[i]);
    square += difference * difference;
  }
  return std::sqrt(square);
}

TEST(LabHistogram, HasLengthOne) {
  for (const Size size : {kSize, Size{.width = 61, .height = 79}, Size{.width = 1, .height = 1},
                          Size{.width = 97, .height = 5}}) {
    for (const Image& image : {noise_image(size, 5), scene_image(size)}) {
      const auto histogram = lab_histogram(view_of(image));
      ASSERT_EQ(histogram.size(), kLabNumbers);
      EXPECT_NEAR(std::inner_product(histogram.begin(), histogram.end(), histogram.begin(), 0.0),
                  1.0, 1e-5);
    }
  }
}

// The place of a* or b* between the ten bins.
double plain_place(double chroma, LabBins bins) {
  if (bins == LabBins::kEven) return std::clamp((chroma + 60.0) / 130.0, 0.0, 1.0) * 9.0;
  const double distance = std::min(1.0, std::pow(std::abs(chroma) / 65.0, 0.6));
  return 4.5 + (chroma < 0.0 ? -4.5 : 4.5) * distance;
}

// One pixel after the other, in double, from the published formulas.
std::vector<double> plain_histogram(const Image& image, LabBins bins) {
  const double white_weight = bins == LabBins::kEven ? 0.1 : 1.0 / 30.0;
  const auto linear = [](std::uint8_t level) {
    // The middle of the eight levels that count as one.
    const int middle = level / 8 * 8 + 4;
    const double value = middle / 256.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  const auto root = [](double value) {
    const double delta = 6.0 / 29.0;
    return value > delta * delta * delta ? std::cbrt(value)
                                         : value / (3.0 * delta * delta) + 4.0 / 29.0;
  };
  std::vector<double> histogram(kLabNumbers);
  double total = 0.0;
  for (int y = 0; y < image.size.height; ++y) {
    for (int x = 0; x < image.size.width; ++x) {
      const auto* pixel =
          image.pixels.data() + 3 * (static_cast<std::size_t>(y * image.size.width + x));
      const double r = linear(pixel[0]), g = linear(pixel[1]), b = linear(pixel[2]);
      const double fx = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
      const double fy = root(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
      const double fz = root((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
      const std::array<double, 3> lab{116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)};
      const double u = 2.0 * x / (image.size.width - 1) - 1.0;
      const double v = 2.0 * y / (image.size.height - 1) - 1.0;
      double weight = std::exp(-(u * u + v * v) / 0.5);
      if (lab[0] > 95.0 && std::abs(lab[1]) < 4.0 && std::abs(lab[2]) < 4.0) weight *= white_weight;
      total += weight;
      const std::array<double, 3> place{std::clamp(lab[0] / 100.0, 0.0, 1.0) * 5.0,
                                        plain_place(lab[1], bins), plain_place(lab[2], bins)};
      for (std::size_t bin = 0; bin < histogram.size(); ++bin) {
        const auto near = [&](std::size_t axis, std::size_t position) {
          return std::max(0.0, 1.0 - std::abs(place[axis] - static_cast<double>(position)));
        };
        histogram[bin] += weight * near(0, bin / 100) * near(1, bin / 10 % 10) * near(2, bin % 10);
      }
    }
  }
  for (double& value : histogram) value = std::sqrt(value / total);
  return histogram;
}

void expect_plain(const std::vector<float>& found, const std::vector<double>& plain) {
  for (std::size_t i = 0; i < plain.size(); ++i) {
    ASSERT_NEAR(static_cast<double>(found[i]) * static_cast<double>(found[i]), plain[i] * plain[i],
                1e-4)
        << i;
  }
}

TEST(LabHistogram, IsThePlainOne) {
  for (const Size size : {Size{.width = 23, .height = 31}, Size{.width = 12, .height = 5}}) {
    for (const Image& image : {noise_image(size, 5), scene_image(size)}) {
      expect_plain(lab_histogram(view_of(image)), plain_histogram(image, LabBins::kEven));
      expect_plain(fine_lab_histogram(view_of(image)), plain_histogram(image, LabBins::kFine));
    }
  }
}

TEST(LabHistogram, TellsMoreShadesNearGreyWhereItIsFine) {
  const Image grey = on_ground({120, 120, 120}, kWhite);
  const Image beige = on_ground({136, 128, 112}, kWhite);
  const auto distance_of = [&](auto histogram) {
    const auto left = histogram(view_of(grey));
    const auto right = histogram(view_of(beige));
    double square = 0.0;
    for (std::size_t i = 0; i < left.size(); ++i) square += std::pow(left[i] - right[i], 2.0);
    return std::sqrt(square);
  };
  EXPECT_GT(distance_of(fine_lab_histogram), 1.2 * distance_of(lab_histogram));
}

TEST(Chroma, IsNothingInGreyAndMuchInColour) {
  EXPECT_LT(chroma(view_of(on_ground({90, 90, 90}, kWhite))), 0.1F);
  EXPECT_LT(chroma(view_of(on_ground(kWhite, kWhite))), 0.1F);
  EXPECT_GT(chroma(view_of(on_ground({200, 30, 30}, kWhite))), 40.0F);
}

TEST(LabHistogram, PutsShadesNearAndColoursApart) {
  const Image red = on_ground({200, 30, 30}, kWhite);
  EXPECT_LT(distance(red, on_ground({190, 34, 33}, kWhite)),
            0.7 * distance(red, on_ground({30, 30, 200}, kWhite)));
}

TEST(LabHistogram, LooksAtThingsMoreThanAtTheirWhiteGround) {
  const Image red = on_ground({200, 30, 30}, kWhite);
  const Image white = on_ground(kWhite, kWhite);
  const auto histogram = lab_histogram(view_of(red));
  const auto ground = lab_histogram(view_of(white));
  const auto bin = std::ranges::max_element(ground) - ground.begin();
  // Three quarters of the pixels are white.
  EXPECT_LT(histogram[static_cast<std::size_t>(bin)] * histogram[static_cast<std::size_t>(bin)],
            0.3F);
}

}  // namespace
}  // namespace likeness
