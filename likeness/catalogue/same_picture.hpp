// Whether two pictures are one: the same photograph re-encoded, scaled or slightly cropped, and not
// merely another of something alike. One is laid over the other as well as it fits; then no part of
// them may differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/overlay.hpp"

namespace likeness {

// A small picture that says roughly what is where: mean colours of 6x8 cells, 0 to 1. The same
// picture is nearly always among the 16 nearest by it, and no farther than kSketchDistance.
inline constexpr Size kSketchCells{.width = 6, .height = 8};
inline constexpr std::size_t kSketchNumbers = std::size_t{8} * 6 * 3;
inline constexpr float kSketchDistance = 0.94F;  // Euclidean: 20 of 255 levels in each number
[[nodiscard]] std::vector<float> sketch(const PixelView& picture);

// 20 x 15: smoothed luma, 0 to 255. Two pictures whose outlines do not fit are not one, and that is
// so of nearly all: what is kept of every picture, to look at its pixels seldom.
inline constexpr Size kOutlineCells{.width = 15, .height = 20};
inline constexpr std::size_t kOutlineNumbers = std::size_t{20} * 15;
[[nodiscard]] std::vector<std::uint8_t> outline(const PixelView& picture);

// 60 x 80 mean colours, 0 to 255: what a comparison looks at of a picture of any size, but for
// their rounding. Such a picture can be compared in its place.
inline constexpr Size kComparedCells{.width = 60, .height = 80};
inline constexpr std::size_t kComparedNumbers = std::size_t{80} * 60 * 3;
[[nodiscard]] std::vector<std::uint8_t> compared_colours(const PixelView& picture);

// A picture with its outline, which is not copied either.
struct OutlinedPicture {
  PixelView pixels;
  std::span<const std::uint8_t> outline;
};

// What is left of the difference of two pictures that lie over each other, in levels from 0 to 255.
// A patch is one of the 12 x 16 that a picture has; its difference is that of its mean colours.
struct PictureDifference {
  double patch = 0.0;        // the largest difference of a patch
  double usual_patch = 0.0;  // the 20th largest: encoders leave some everywhere, painters do not
  double share = 0.0;        // of the luma: its root mean square as a share of the picture's own
};

// A picture to compare any number of others of its size with. Not to be shared by threads.
class PictureComparison {
 public:
  explicit PictureComparison(const OutlinedPicture& picture);

  // Nothing if they plainly are not one.
  [[nodiscard]] std::optional<PictureDifference> difference_from(const OutlinedPicture& other);
  // The decision: differences that people do not see, however either is laid over the other.
  [[nodiscard]] bool is_same(const OutlinedPicture& other);

 private:
  OutlinedPicture picture_;
  Fitting coarse_;
  std::optional<Fitting> middle_;  // made when they are first needed
  std::optional<Fitting> fine_;
  std::vector<float> colours_;
};

}  // namespace likeness
