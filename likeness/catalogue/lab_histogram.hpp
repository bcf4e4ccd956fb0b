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

// How far from grey its pixels are: the root mean square of a* and b* together, weighted as above.
// About 20 for clothes, 0 for a grey picture.
[[nodiscard]] float chroma(const PixelView& picture);

}  // namespace likeness
