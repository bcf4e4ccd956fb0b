#include "likeness/catalogue/descriptors.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "likeness/catalogue/gradients.hpp"

namespace likeness {
namespace {

std::size_t unsigned_of(int length) { return static_cast<std::size_t>(length); }

// The pixels along one side that a cell covers, each by its share of the cell.
struct Cover {
  std::size_t first = 0;
  std::vector<float> weights;
};

std::vector<Cover> covers_of(int length, int cells) {
  std::vector<Cover> covers;
  const double step = static_cast<double>(length) / cells;
  for (int cell = 0; cell < cells; ++cell) {
    const double begin = cell * step;
    const double end = (cell + 1) * step;
    const int first = std::min(static_cast<int>(begin), length - 1);
    Cover cover{.first = unsigned_of(first), .weights = {}};
    for (int pixel = first; pixel < length && pixel < end; ++pixel) {
      const double covered = std::min<double>(end, pixel + 1) - std::max<double>(begin, pixel);
      cover.weights.push_back(static_cast<float>(std::max(0.0, covered) / step));
    }
    covers.push_back(std::move(cover));
  }
  return covers;
}

using Colour = std::array<float, kImageChannels>;

// Of the pixels that both cover, from 0 to 1.
Colour mean_of(const PixelView& picture, const Cover& rows, const Cover& columns) {
  Colour sum{};
  for (std::size_t y = 0; y < rows.weights.size(); ++y) {
    const std::uint8_t* pixel =
        picture.pixels.data() +
        ((rows.first + y) * unsigned_of(picture.size.width) + columns.first) * kImageChannels;
    Colour part{};
    for (const float weight : columns.weights) {
      for (std::size_t c = 0; c < kImageChannels; ++c)
        part[c] += weight * static_cast<float>(pixel[c]);
      pixel += kImageChannels;
    }
    for (std::size_t c = 0; c < kImageChannels; ++c) sum[c] += rows.weights[y] * part[c];
  }
  for (float& value : sum) value /= 255.0F;
  return sum;
}

// In F64, for an edge repeats its gradient: were it taken for another orientation by rounding, it
// would be so along the whole edge.
std::size_t exact_orientation_of(float across, float down) {
  double angle = std::atan2(double{down}, double{across});
  if (angle < 0.0) angle += std::numbers::pi;
  const auto orientation =
      static_cast<std::size_t>(angle / std::numbers::pi * double{kOrientations});
  return orientation < kOrientations ? orientation : 0;  // a whole half turn is none
}

// The same as exact_orientation_of, which is asked only next to a border.
std::size_t orientation_of(float across, float down, float rough) {
  const auto orientation = static_cast<std::size_t>(rough);
  const float beyond = rough - static_cast<float>(orientation);
  const bool is_inside = beyond > kOrientationError && beyond < 1.0F - kOrientationError;
  return is_inside ? orientation : exact_orientation_of(across, down);
}

void scale_to_length_1(std::vector<float>& values) {
  const float square = std::inner_product(values.begin(), values.end(), values.begin(), 0.0F);
  if (square == 0.0F) return;
  const float length = std::sqrt(square);
  for (float& value : values) value /= length;
}

}  // namespace

std::vector<float> area_means(const PixelView& picture, Size cells) {
  const auto rows = covers_of(picture.size.height, cells.height);
  const auto columns = covers_of(picture.size.width, cells.width);
  std::vector<float> means;
  means.reserve(rows.size() * columns.size() * kImageChannels);
  for (const Cover& row : rows) {
    for (const Cover& column : columns) {
      const Colour mean = mean_of(picture, row, column);
      means.insert(means.end(), mean.begin(), mean.end());
    }
  }
  return means;
}

std::vector<float> colour_histogram(const PixelView& picture) {
  std::vector<float> histogram(kHistogramNumbers);
  for (std::size_t i = 0; i < picture.pixels.size(); i += kImageChannels) {
    std::size_t bin = 0;
    for (std::size_t channel = 0; channel < kImageChannels; ++channel) {
      bin = bin * kLevels + picture.pixels[i + channel] * kLevels / 256;
    }
    histogram[bin] += 1.0F;
  }
  const float total = std::accumulate(histogram.begin(), histogram.end(), 0.0F);
  for (float& value : histogram) value = std::sqrt(value / total);
  return histogram;
}

std::vector<float> gradient_histogram(const PixelView& picture) {
  const std::size_t width = unsigned_of(picture.size.width);
  const std::size_t height = unsigned_of(picture.size.height);
  assert(picture.pixels.size() == width * height * kImageChannels);
  std::vector<std::int32_t> luma(width * height);
  take_luma(picture.pixels, luma);
  std::vector<std::size_t> cell_of_column(width);
  for (std::size_t x = 0; x < width; ++x) {
    cell_of_column[x] = x * unsigned_of(kGradientCells.width) / width;
  }
  GradientRow gradients(width);
  std::vector<float> rough(width);
  std::vector<float> histogram(kGradientNumbers);
  for (std::size_t y = 0; y < height; ++y) {
    gradients.take(luma, y);
    roughly_orient(gradients.across, gradients.down, float{kOrientations}, rough);
    const std::size_t first_cell =
        y * unsigned_of(kGradientCells.height) / height * unsigned_of(kGradientCells.width);
    for (std::size_t x = 0; x < width; ++x) {
      const float across = gradients.across[x];
      const float down = gradients.down[x];
      if (across == 0.0F && down == 0.0F) continue;  // as much of a product picture is
      const std::size_t cell = first_cell + cell_of_column[x];
      histogram[cell * kOrientations + orientation_of(across, down, rough[x])] +=
          std::sqrt(across * across + down * down);
    }
  }
  for (float& value : histogram) value = std::sqrt(value);
  scale_to_length_1(histogram);
  return histogram;
}

std::vector<float> gradients_and_colours(const PixelView& picture) {
  std::vector<float> descriptor = gradient_histogram(picture);
  for (const float value : colour_histogram(picture)) {
    descriptor.push_back(kHistogramWeight * value);
  }
  return descriptor;
}

}  // namespace likeness
