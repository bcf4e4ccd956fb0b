#include "likeness/shop/same_pictures.hpp"

#include <algorithm>

namespace likeness {
namespace {

bool is_near(const std::vector<float>& a, const std::vector<float>& b) {
  float squares = 0.0F;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return squares <= kSketchDistance * kSketchDistance;
}

bool have_same_pixels(const OutlinedPicture& a, const OutlinedPicture& b) {
  return std::ranges::equal(a.outline, b.outline) &&  // seldom, and it spares reading pixels
         std::ranges::equal(a.pixels.pixels, b.pixels.pixels);
}

}  // namespace

std::optional<std::size_t> first_same_picture(const OutlinedPictureOf& picture_of, std::size_t item,
                                              std::span<const std::size_t> others) {
  const OutlinedPicture picture = picture_of(item);
  for (const std::size_t other : others) {
    const OutlinedPicture candidate = picture_of(other);
    // Which of two is laid over the other decides a few: the one that was there first stays.
    if (have_same_pixels(picture, candidate) || PictureComparison(candidate).is_same(picture)) {
      return other;
    }
  }
  return std::nullopt;
}

const SamePictures::Kept& SamePictures::kept(std::size_t item) {
  const auto [place, is_new] = kept_.try_emplace(item);
  if (is_new) {
    const PixelView picture = picture_of_(item);
    place->second = {.sketch = sketch(picture), .outline = outline(picture)};
  }
  return place->second;
}

std::optional<std::size_t> SamePictures::operator()(std::size_t item,
                                                    std::span<const std::size_t> others) {
  const Kept& own = kept(item);  // stays where it is while more are kept
  std::vector<std::size_t> near;
  for (const std::size_t other : others) {
    if (is_near(own.sketch, kept(other).sketch)) near.push_back(other);
  }
  const auto outlined = [this](std::size_t place) {
    return OutlinedPicture{.pixels = picture_of_(place), .outline = kept(place).outline};
  };
  return first_same_picture(outlined, item, near);
}

}  // namespace likeness
