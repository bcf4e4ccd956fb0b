// Which colours a picture has, as a person sees them: the colour part of a descriptor.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"

namespace likeness {

inline constexpr std::size_t kLightnessBins = 6;
inline constexpr std::size_t kChromaBins = 10;  // of a*, and as many of b*
inline constexpr std::size_t kLabNumbers = kLightnessBins * kChromaBins * kChromaBins;

// 6 x 10 x 10 for L*, a*, b* of CIE 1976 (white point D65): the square root of the share of the
// picture in each part of the space. A pixel counts in the eight nearest parts by its nearness, so
// that a slightly other shade is a slightly other histogram. Pixels near the middle count more, by
// a Gaussian; those of a white background a tenth. Its length is 1, its distances are Hellinger's.
[[nodiscard]] std::vector<float> lab_histogram(const PixelView& picture);
// The same with parts of a* and b* that are the smaller the nearer they are to grey, where most
// things of a catalogue are told apart, and a white background that counts a thirtieth.
[[nodiscard]] std::vector<float> fine_lab_histogram(const PixelView& picture);

// What these make of a colour in 32 levels of each channel: its place between the bins, in bins
// (2.5 belongs to bins 2 and 3 alike), and what a pixel of it counts.
enum class LabBins { kEven, kFine };
inline constexpr std::size_t kColourLevels = 32;  // a channel's level is its value / 8
struct ColourPlace {
  float lightness = 0.0F, a = 0.0F, b = 0.0F;
  float weight = 1.0F;
};
// That of (red, green, blue) stands at (red * 32 + green) * 32 + blue.
[[nodiscard]] std::vector<ColourPlace> colour_places(LabBins bins);
// What a pixel counts by its nearness to the middle: height x width.
[[nodiscard]] std::vector<float> middle_weights(Size picture);

// How far from grey its pixels are: the root mean square of a* and b* together, weighted as above.
// About 20 for clothes, 0 for a grey picture.
[[nodiscard]] float chroma(const PixelView& picture);

}  // namespace likeness
