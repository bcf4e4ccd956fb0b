#include "likeness/catalogue/descriptors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numbers>
#include <numeric>

#include "tests/catalogue/pictures.hpp"

namespace likeness {
namespace {

const std::vector<Size> kSizes = {{.width = 60, .height = 80}, {.width = 61, .height = 79},
                                  {.width = 28, .height = 28}, {.width = 3, .height = 17},
                                  {.width = 1, .height = 1},   {.width = 97, .height = 5}};

std::vector<Image> images() {
  std::vector<Image> all;
  for (const Size size : kSizes) {
    all.push_back(noise_image(size, 5));
    all.push_back(scene_image(size));
  }
  return all;
}

void expect_near(const std::vector<float>& found, const std::vector<double>& plain, double most) {
  ASSERT_EQ(found.size(), plain.size());
  double largest = 0.0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    largest = std::max(largest, std::abs(found[i] - plain[i]));
  }
  EXPECT_LE(largest, most);
}

double square_of(const std::vector<float>& values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
}

// Enlarged so that every cell has whole pixels, each a copy: the mean is then a plain one.
std::vector<double> plain_means(const Image& image) {
  std::vector<double> means;
  const int width = image.size.width;
  const int height = image.size.height;
  for (int row = 0; row < 20; ++row) {
    for (int column = 0; column < 15; ++column) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        double sum = 0.0;
        for (int y = row * height; y < (row + 1) * height; ++y) {
          for (int x = column * width; x < (column + 1) * width; ++x) {
            sum += pixel_at(image, x / 15, y / 20)[channel];
          }
        }
        means.push_back(sum / width / height / 255.0);
      }
    }
  }
  return means;
}

TEST(AreaMeans, AreThePlainMeansOfPicturesOfAnySize) {
  for (const Image& image : images()) {
    expect_near(area_means(view_of(image)), plain_means(image), 1e-5);
  }
}

TEST(AreaMeans, OfOneColourAreThatColour) {
  for (const float mean : area_means(view_of(plain_image({.width = 37, .height = 41}, 51)))) {
    EXPECT_NEAR(mean, 0.2F, 1e-6F);
  }
}

std::vector<double> plain_histogram(const Image& image) {
  std::map<std::array<int, 3>, double> counts;
  for (int y = 0; y < image.size.height; ++y) {
    for (int x = 0; x < image.size.width; ++x) {
      const Pixel pixel = pixel_at(image, x, y);
      counts[{pixel[0] / 32, pixel[1] / 32, pixel[2] / 32}] += 1.0;
    }
  }
  std::vector<double> histogram;
  for (int red = 0; red < 8; ++red) {
    for (int green = 0; green < 8; ++green) {
      for (int blue = 0; blue < 8; ++blue) {
        histogram.push_back(
            std::sqrt(counts[{red, green, blue}] / image.size.width / image.size.height));
      }
    }
  }
  return histogram;
}

TEST(ColourHistogram, IsThePlainOneAndOfLengthOne) {
  for (const Image& image : images()) {
    const auto histogram = colour_histogram(view_of(image));
    expect_near(histogram, plain_histogram(image), 1e-6);
    EXPECT_NEAR(square_of(histogram), 1.0, 1e-5);
  }
}

// The luma that a pixel beyond the border is taken to have is that of the nearest within.
double rounded_luma(const Image& image, int x, int y) {
  const Pixel pixel = pixel_at(image, std::clamp(x, 0, image.size.width - 1),
                               std::clamp(y, 0, image.size.height - 1));
  return std::round(299.0 * pixel[0] + 587.0 * pixel[1] + 114.0 * pixel[2]) / 1000.0;
}

std::vector<double> plain_gradients(const Image& image) {
  std::vector<double> histogram(432);
  for (int y = 0; y < image.size.height; ++y) {
    for (int x = 0; x < image.size.width; ++x) {
      const double across = rounded_luma(image, x + 1, y) - rounded_luma(image, x - 1, y);
      const double down = rounded_luma(image, x, y + 1) - rounded_luma(image, x, y - 1);
      double degrees = std::atan2(down, across) * 180.0 / std::numbers::pi;
      if (degrees < 0.0) degrees += 180.0;
      if (degrees >= 180.0) degrees = 0.0;
      const int row = static_cast<int>(std::floor(8.0 * y / image.size.height));
      const int column = static_cast<int>(std::floor(6.0 * x / image.size.width));
      const auto bin = static_cast<std::size_t>((row * 6 + column) * 9) +
                       static_cast<std::size_t>(degrees / 20.0);
      histogram[bin] += std::hypot(across, down);
    }
  }
  // The squares of the square roots sum to the sum.
  const double sum = std::accumulate(histogram.begin(), histogram.end(), 0.0);
  for (double& value : histogram) value = sum > 0.0 ? std::sqrt(value / sum) : 0.0;
  return histogram;
}

TEST(GradientHistogram, IsThePlainOneForPicturesOfAnySize) {
  for (const Image& image : images()) {
    expect_near(gradient_histogram(view_of(image)), plain_gradients(image), 1e-4);
  }
}

// Pixel by pixel in single precision, but for the orientation.
std::vector<float> plain_float_gradients(const Image& image) {
  const int width = image.size.width;
  const int height = image.size.height;
  const auto luma = [&](int x, int y) {
    const Pixel pixel = pixel_at(image, std::clamp(x, 0, width - 1), std::clamp(y, 0, height - 1));
    return 299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2];
  };
  std::vector<float> histogram(kGradientNumbers);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto across = static_cast<float>(luma(x + 1, y) - luma(x - 1, y));
      const auto down = static_cast<float>(luma(x, y + 1) - luma(x, y - 1));
      double angle = std::atan2(double{down}, double{across});
      if (angle < 0.0) angle += std::numbers::pi;
      const auto orientation =
          static_cast<std::size_t>(angle / std::numbers::pi * double{kOrientations}) %
          kOrientations;
      const int row = y * kGradientCells.height / height;
      const int column = x * kGradientCells.width / width;
      const auto cell = static_cast<std::size_t>(row) * std::size_t{kGradientCells.width} +
                        static_cast<std::size_t>(column);
      histogram[cell * kOrientations + orientation] += std::sqrt(across * across + down * down);
    }
  }
  for (float& value : histogram) value = std::sqrt(value);
  const float square =
      std::inner_product(histogram.begin(), histogram.end(), histogram.begin(), 0.0F);
  const float length = std::sqrt(square);
  for (float& value : histogram) value = square == 0.0F ? value : value / length;
  return histogram;
}

TEST(GradientHistogram, IsToTheBitWhatPlainLoopsGive) {
  for (const Image& image : images()) {
    EXPECT_EQ(gradient_histogram(view_of(image)), plain_float_gradients(image))
        << image.size.width << "x" << image.size.height;
  }
}

TEST(GradientHistogram, IsZeroWithoutEdgesAndOfLengthOneWithAny) {
  Image image = plain_image({.width = 13, .height = 19}, 77);
  EXPECT_EQ(square_of(gradient_histogram(view_of(image))), 0.0);
  set_pixel(image, 6, 9, {80, 77, 77});
  EXPECT_NEAR(square_of(gradient_histogram(view_of(image))), 1.0, 1e-5);
}

TEST(GradientHistogram, PutsAnEdgeInItsCellAndOrientation) {
  Image image = plain_image({.width = 60, .height = 80}, 0);
  for (int y = 0; y < 80; ++y) {
    for (int x = 25; x < 60; ++x) set_pixel(image, x, y, {255, 255, 255});
  }
  // Upright edges lie between columns 24 and 25, so in the third of six columns of cells.
  const auto upright = gradient_histogram(view_of(image));
  for (std::size_t i = 0; i < upright.size(); ++i) {
    const bool there = i / 9 % 6 == 2 && i % 9 == 0;
    EXPECT_NEAR(upright[i], there ? std::sqrt(1.0 / 8.0) : 0.0, 1e-6) << i;
  }
}

TEST(GradientHistogram, TakesAnEdgeAndItsNegativeForTheSame) {
  Image image = scene_image({.width = 60, .height = 80});
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {  // grey, whose negative is exact
    image.pixels[i + 1] = image.pixels[i + 2] = image.pixels[i];
  }
  Image negative = image;
  for (auto& level : negative.pixels) level = static_cast<std::uint8_t>(255 - level);
  const auto first = gradient_histogram(view_of(image));
  const auto second = gradient_histogram(view_of(negative));
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_NEAR(first[i], second[i], 1e-4) << i;
}

TEST(GradientsAndColours, AreBothOneBehindTheOther) {
  const Image image = scene_image({.width = 60, .height = 80});
  const auto gradients = gradient_histogram(view_of(image));
  const auto colours = colour_histogram(view_of(image));
  const auto beside = gradients_and_colours(view_of(image));
  ASSERT_EQ(beside.size(), gradients.size() + colours.size());
  for (std::size_t i = 0; i < beside.size(); ++i) {
    const bool is_gradient = i < gradients.size();
    EXPECT_EQ(beside[i], is_gradient ? gradients[i] : 0.7F * colours[i - gradients.size()]);
  }
}

}  // namespace
}  // namespace likeness
