#include "likeness/encoder/views.hpp"

#include <cassert>
#include <cmath>

#include "likeness/encoder/view_pixels.hpp"

namespace likeness {
namespace {

// From a pixel of the view to a place in the picture, both from their middles.
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
          .xy = -scale_x * std::sin(turn),
          .x = draw(random, limits.shift_x) * width,
          .yx = side * scale_y * std::sin(turn),
          .yy = scale_y * std::cos(turn),
          .y = draw(random, limits.shift_y) * height};
}

Tones logarithms_of_levels() {
  Tones logarithms{};
  logarithms[0] = -1e6F;  // black stays black
  for (std::size_t level = 1; level < kLumaLevels; ++level) {
    logarithms[level] = std::log(static_cast<float>(level) / 255.0F);
  }
  return logarithms;
}

Tones draw_tones(const ViewLimits& limits, Random& random) {
  static const Tones logarithms = logarithms_of_levels();
  const double gamma = std::exp(draw(random, limits.gamma));
  const double contrast = std::exp(draw(random, limits.contrast));
  Tones tones{};
  fill_tones(logarithms, static_cast<float>(gamma), static_cast<float>(contrast), tones);
  return tones;
}

}  // namespace

void draw_view(std::span<const std::uint8_t> picture, std::size_t height, std::size_t width,
               const ViewLimits& limits, Random& random, std::span<std::uint8_t> view) {
  assert(picture.size() == height * width * 3 && view.size() == picture.size());
  const double middle_x = static_cast<double>(width - 1) / 2.0;
  const double middle_y = static_cast<double>(height - 1) / 2.0;
  const Affine affine =
      draw_affine(limits, static_cast<double>(height), static_cast<double>(width), random);
  const Tones tones = draw_tones(limits, random);
  static thread_local Luma luma;
  luma.height = height;
  luma.width = width;
  luma.levels.resize(height * width);
  take_toned_luma(picture, tones, luma);
  for (std::size_t row = 0; row < height; ++row) {
    const double down = static_cast<double>(row) - middle_y;
    const RowPlaces places{
        .x = static_cast<float>(affine.xy * down - affine.xx * middle_x + affine.x + middle_x),
        .x_step = static_cast<float>(affine.xx),
        .y = static_cast<float>(affine.yy * down - affine.yx * middle_x + affine.y + middle_y),
        .y_step = static_cast<float>(affine.yx)};
    draw_row(luma, places, view.subspan(3 * row * width, 3 * width));
  }
}

}  // namespace likeness
