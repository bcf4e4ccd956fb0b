// Classic descriptors of a picture: nothing learned, plain arithmetic on its pixels. They are what
// a model has to beat, and so `likeness evaluate` shows them beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/catalogue/image.hpp"

namespace likeness {

// Pixels that lie elsewhere, such as a pack's record: height x width x 3 bytes of sRGB.
struct PixelView {
  Size size;
  std::span<const std::uint8_t> pixels;
};

// The grids have as many cells in every picture, so that descriptors of any two pictures can be
// compared; the cells scale with the picture.
inline constexpr Size kMeanCells{.width = 15, .height = 20};
inline constexpr Size kGradientCells{.width = 6, .height = 8};  // of 10x10 pixels in one of 60x80
inline constexpr std::size_t kOrientations = 9;
inline constexpr std::size_t kLevels = 8;  // of each channel, in the histogram
inline constexpr float kHistogramWeight = 0.7F;

// How many numbers each descriptor has.
inline constexpr std::size_t kAreaMeanNumbers = std::size_t{20} * 15 * 3;
inline constexpr std::size_t kHistogramNumbers = kLevels * kLevels * kLevels;
inline constexpr std::size_t kGradientNumbers = std::size_t{8} * 6 * kOrientations;

// 20 x 15 x 3, or rows x columns x 3 of the cells asked for: the mean colour of each cell, from 0
// to 1. A pixel on the border of two cells counts in both by its share.
[[nodiscard]] std::vector<float> area_means(const PixelView& picture, Size cells = kMeanCells);

// 8 x 8 x 8 for red, green, blue: the square root of the share of pixels in each part of the colour
// cube. Its length is 1, and its Euclidean distances are Hellinger's.
[[nodiscard]] std::vector<float> colour_histogram(const PixelView& picture);

// 8 x 6 x 9: how much edge of each orientation (of 20 degrees each, a turn by 180 is none) there is
// in each cell. Histograms of oriented gradients (Dalal and Triggs, CVPR 2005) in their simplest
// form: central differences of the luma (ITU-R BT.601) with the border repeated; each pixel counts
// by its gradient's size in one cell and one orientation; then square roots, and length 1 over all.
// Zeros for a picture without any edge.
[[nodiscard]] std::vector<float> gradient_histogram(const PixelView& picture);

// gradient_histogram, and behind it 0.7 x colour_histogram.
[[nodiscard]] std::vector<float> gradients_and_colours(const PixelView& picture);

}  // namespace likeness
