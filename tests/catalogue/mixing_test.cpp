#include "likeness/catalogue/mixing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

constexpr double kOne = 1 << kFractionBits;

std::vector<std::int16_t> random_samples(std::size_t count, Random& random) {
  std::vector<std::int16_t> samples(count);
  for (auto& sample : samples) sample = static_cast<std::int16_t>(random.below(255 * 128 + 1));
  return samples;
}

TEST(Mixing, SumsRowsAndColumnsAsThePlainLoopDoes) {
  Random random(1);
  for (const int width : {1, 3, 7, 17, 64, 101}) {
    for (const int new_width : {1, 5, 33}) {
      const TriangleFilter columns(width, {.length = static_cast<double>(width)}, new_width,
                                   kColumnMultiple);
      const TriangleFilter rows(9, {.length = 9.0}, 4);
      const auto row_bytes = static_cast<std::size_t>(width);
      std::vector<std::uint8_t> bytes(9 * row_bytes);
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
      std::vector<std::int16_t> row(row_bytes + kColumnMultiple);
      std::vector<std::int16_t> mixed(columns.size());
      for (std::size_t y = 0; y < rows.size(); ++y) {
        const Taps taps = rows.taps(y);
        mix_rows(bytes.data() + taps.first * row_bytes, taps.weights,
                 std::span(row).first(row_bytes));
        for (std::size_t x = 0; x < row_bytes; ++x) {
          double sum = 0.0;
          for (std::size_t k = 0; k < taps.weights.size(); ++k) {
            sum += taps.weights[k] * double{1} * bytes[(taps.first + k) * row_bytes + x];
          }
          EXPECT_NEAR(row[x] / kOne, sum / (1 << kWeightBits), 0.51 / kOne);
        }
        mix_columns(row.data(), columns, mixed.data());
        for (std::size_t x = 0; x < columns.size(); ++x) {
          const Taps column = columns.taps(x);
          double sum = 0.0;
          for (std::size_t k = 0; k < column.weights.size(); ++k) {
            sum += double{1} * column.weights[k] * row[column.first + k];
          }
          EXPECT_NEAR(mixed[x], sum / (1 << kWeightBits), 0.51);
        }
      }
    }
  }
}

TEST(Mixing, MakesRgbAsTheDefinitionSays) {
  Random random(2);
  for (const std::size_t count : {1U, 3U, 16U, 17U, 100U}) {
    const auto y = random_samples(count, random);
    const auto cb = random_samples(count, random);
    const auto cr = random_samples(count, random);
    std::vector<std::uint8_t> rgb(3 * count);
    mix_colours(y, cb, cr, rgb.data());
    for (std::size_t i = 0; i < count; ++i) {
      const double blue = cb[i] / kOne - 128.0;
      const double red = cr[i] / kOne - 128.0;
      const double luma = y[i] / kOne;
      EXPECT_NEAR(rgb[3 * i], std::clamp(luma + 1.402 * red, 0.0, 255.0), 0.52);
      EXPECT_NEAR(rgb[3 * i + 1], std::clamp(luma - 0.344136 * blue - 0.714136 * red, 0.0, 255.0),
                  0.52);
      EXPECT_NEAR(rgb[3 * i + 2], std::clamp(luma + 1.772 * blue, 0.0, 255.0), 0.52);
    }
  }
}

}  // namespace
}  // namespace likeness
