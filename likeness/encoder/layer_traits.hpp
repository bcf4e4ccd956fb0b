// What each kind of layer is called and how many others it reads, in one table. A kind that is
// missing here, or stands in a wrong place, does not compile.
#pragma once

#include <array>
#include <cstddef>

#include "likeness/encoder/network.hpp"

namespace likeness {

struct LayerTraits {
  LayerKind kind = LayerKind::kInput;
  const char* name = "";     // for people
  const char* written = "";  // in the file of a model
  std::size_t fewest_inputs = 1;
  std::size_t most_inputs = 1;
};

namespace layer_traits_detail {

inline constexpr std::size_t kKinds = static_cast<std::size_t>(LayerKind::kDescriptor) + 1;
inline constexpr std::size_t kAny = static_cast<std::size_t>(-1);

inline constexpr std::array<LayerTraits, kKinds> kTable = {{
    {.kind = LayerKind::kInput,
     .name = "input",
     .written = "input",
     .fewest_inputs = 0,
     .most_inputs = 0},
    {.kind = LayerKind::kConvolution, .name = "convolution", .written = "convolution"},
    {.kind = LayerKind::kTransposedConvolution,
     .name = "transposed convolution",
     .written = "transposed_convolution"},
    {.kind = LayerKind::kDense, .name = "dense", .written = "dense"},
    {.kind = LayerKind::kBatchNormalisation,
     .name = "normalisation",
     .written = "batch_normalisation"},
    {.kind = LayerKind::kRelu, .name = "relu", .written = "relu"},
    {.kind = LayerKind::kSigmoid, .name = "sigmoid", .written = "sigmoid"},
    {.kind = LayerKind::kMaxPooling, .name = "max pooling", .written = "max_pooling"},
    {.kind = LayerKind::kUpsampling, .name = "upsampling", .written = "upsampling"},
    {.kind = LayerKind::kDepthToSpace, .name = "depth to space", .written = "depth_to_space"},
    {.kind = LayerKind::kSum,
     .name = "sum",
     .written = "sum",
     .fewest_inputs = 2,
     .most_inputs = 2},
    {.kind = LayerKind::kReshape, .name = "reshape", .written = "reshape"},
    {.kind = LayerKind::kCrop, .name = "crop", .written = "crop"},
    {.kind = LayerKind::kLuma, .name = "luma", .written = "luma"},
    {.kind = LayerKind::kGradientHistogram,
     .name = "gradient histogram",
     .written = "gradient_histogram"},
    {.kind = LayerKind::kGradientPyramid,
     .name = "gradient pyramid",
     .written = "gradient_pyramid"},
    {.kind = LayerKind::kLabHistogram, .name = "lab histogram", .written = "lab_histogram"},
    {.kind = LayerKind::kFineLabHistogram,
     .name = "fine lab histogram",
     .written = "fine_lab_histogram"},
    {.kind = LayerKind::kPretrained, .name = "pretrained", .written = "pretrained"},
    {.kind = LayerKind::kUnitLength, .name = "unit length", .written = "unit_length"},
    {.kind = LayerKind::kDescriptor,
     .name = "descriptor",
     .written = "descriptor",
     .fewest_inputs = 1,
     .most_inputs = kAny},
}};

constexpr bool is_complete() noexcept {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (kTable[i].kind != static_cast<LayerKind>(i)) return false;
  }
  return true;
}
static_assert(is_complete(), "each kind of layer has its row, in the order of LayerKind");

}  // namespace layer_traits_detail

[[nodiscard]] constexpr const LayerTraits& traits_of(LayerKind kind) noexcept {
  return layer_traits_detail::kTable[static_cast<std::size_t>(kind)];
}
// Of every kind.
[[nodiscard]] constexpr const auto& all_layer_traits() noexcept {
  return layer_traits_detail::kTable;
}

}  // namespace likeness
