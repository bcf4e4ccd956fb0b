#include "likeness/encoder/views.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <vector>

namespace likeness {
namespace {

// From a place in the view to one in the picture: both from -1 to 1 across and down.
struct Affine {
  double xx = 1.0, xy = 0.0, x = 0.0;
  double yx = 0.0, yy = 1.0, y = 0.0;
};

double draw(Random& random, double limit) { return random.uniform(-limit, limit); }

Affine draw_affine(const ViewLimits& limits, double height, double width, Random& random) {
  const double turn = draw(random, limits.turn);
  const double scale_x = std::exp(draw(random, limits.scale));
  const double scale_y = std::exp(draw(random, limits.scale));
  const double side = limits.flip && random.below(2) == 1 ? -1.0 : 1.0;
  return {.xx = side * scale_x * std::cos(turn),
          .xy = -scale_x * std::sin(turn) * height / width,
          .x = 2.0 * draw(random, limits.shift_x),
          .yx = side * scale_y * std::sin(turn) * width / height,
          .yy = scale_y * std::cos(turn),
          .y = 2.0 * draw(random, limits.shift_y)};
}

// What becomes of each level of luma.
std::array<float, 256> draw_tones(const ViewLimits& limits, Random& random) {
  const double gamma = std::exp(draw(random, limits.gamma));
  const double contrast = std::exp(draw(random, limits.contrast));
  std::array<float, 256> tones{};
  for (std::size_t level = 0; level < tones.size(); ++level) {
    const double tone = std::pow(static_cast<double>(level) / 255.0, gamma);
    tones[level] = static_cast<float>(255.0 * std::clamp(1.0 + (tone - 1.0) * contrast, 0.0, 1.0));
  }
  return tones;
}

// Two neighbouring pixels and how much of the second one there is at a place from -1 to 1.
struct Between {
  std::size_t first = 0, second = 0;
  float share = 0.0F;

  Between(float place, std::size_t length) {
    const auto last = static_cast<float>(length - 1);
    const float pixel =
        std::clamp((place + 1.0F) * 0.5F * static_cast<float>(length) - 0.5F, 0.0F, last);
    first = static_cast<std::size_t>(pixel);
    second = std::min(first + 1, length - 1);
    share = pixel - static_cast<float>(first);
  }
};

float place_of(std::size_t pixel, std::size_t length) {
  return (2.0F * static_cast<float>(pixel) + 1.0F) / static_cast<float>(length) - 1.0F;
}

}  // namespace

void draw_view(std::span<const std::uint8_t> picture, std::size_t height, std::size_t width,
               const ViewLimits& limits, Random& random, std::span<std::uint8_t> view) {
  assert(picture.size() == height * width * 3 && view.size() == picture.size());
  const Affine affine =
      draw_affine(limits, static_cast<double>(height), static_cast<double>(width), random);
  const auto tones = draw_tones(limits, random);
  static thread_local std::vector<float> luma;
  luma.resize(height * width);
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const auto* pixel = picture.data() + 3 * i;
    luma[i] = tones[static_cast<std::size_t>(77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8U];
  }
  std::uint8_t* to = view.data();
  for (std::size_t y = 0; y < height; ++y) {
    const float down = place_of(y, height);
    const float x0 = static_cast<float>(affine.xy) * down + static_cast<float>(affine.x);
    const float y0 = static_cast<float>(affine.yy) * down + static_cast<float>(affine.y);
    for (std::size_t x = 0; x < width; ++x) {
      const float across = place_of(x, width);
      const Between column(static_cast<float>(affine.xx) * across + x0, width);
      const Between row(static_cast<float>(affine.yx) * across + y0, height);
      const float* above = luma.data() + row.first * width;
      const float* below = luma.data() + row.second * width;
      const float upper =
          above[column.first] + column.share * (above[column.second] - above[column.first]);
      const float lower =
          below[column.first] + column.share * (below[column.second] - below[column.first]);
      const float half_above = upper + row.share * (lower - upper) + 0.5F;  // cut off: rounded
      to = std::fill_n(to, 3, static_cast<std::uint8_t>(half_above));
    }
  }
}

}  // namespace likeness
