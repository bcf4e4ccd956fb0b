#include "likeness/plot/animation.hpp"

#include <cassert>
#include <cmath>

#include "likeness/catalogue/vips_image.hpp"

namespace likeness {
namespace {

constexpr int kFrameMilliseconds = 120;  // GIF counts in hundredths of a second
constexpr int kLastMilliseconds = 2000;

std::vector<int> pauses(std::size_t frames) {
  assert(frames > 0 && frames <= kMostFrames);
  std::vector<int> milliseconds(frames, kFrameMilliseconds);
  milliseconds.back() = kLastMilliseconds;
  return milliseconds;
}

}  // namespace

std::vector<std::size_t> frames_to_show(std::size_t count, std::size_t most) {
  assert(most >= 2);
  std::vector<std::size_t> shown;
  if (count <= most) {
    for (std::size_t i = 0; i < count; ++i) shown.push_back(i);
    return shown;
  }
  // Between evenly spaced and squares of it: the beginning is twice as dense as the end.
  for (std::size_t i = 0; i < most; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(most - 1);
    const double place = (2.0 * t + t * t) / 3.0 * static_cast<double>(count - 1);
    const auto frame = static_cast<std::size_t>(std::lround(place));
    if (shown.empty() || frame > shown.back()) shown.push_back(frame);
  }
  return shown;
}

std::vector<std::byte> animated_gif(std::span<const Image> frames) {
  return encode_gif(frames, pauses(frames.size()));
}

std::vector<std::byte> animated_webp(std::span<const Image> frames) {
  return encode_webp(frames, pauses(frames.size()));
}

}  // namespace likeness
