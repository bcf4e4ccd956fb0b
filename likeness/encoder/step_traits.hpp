// What each kind of step is like, in one table: everything that is to be known of it besides how it
// is done. A kind that is missing here, or stands in a wrong place, does not compile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "likeness/encoder/plan.hpp"

namespace likeness {

// What the way back reads of what the way forward had.
enum class ReadAgain : std::uint8_t { kNothing, kInput, kOutput };

// What the way forward leaves for the way back.
enum class Kept : std::uint8_t {
  kNothing,
  kPlaces,   // in training a byte for each value of the output: where the largest was
  kMoments,  // in training two F32 for each channel
  kLengths,  // an F32 for each picture
};

// What the values of the output are kept in.
enum class Exactness : std::uint8_t {
  kAsPlanned,  // in the precision that was asked for
  kAsInput,    // as the values are that it moves about
  kExact,      // F32: vectors
  kLastExact,  // as planned, and F32 if it is the last one before the reconstruction
};

struct StepTraits {
  StepKind kind = StepKind::kInput;
  ReadAgain read_again = ReadAgain::kNothing;
  Kept kept = Kept::kNothing;
  Exactness exactness = Exactness::kAsPlanned;
  bool exact_gradient = false;    // the gradient of its output is kept as the output is
  bool reads_pictures = false;    // nothing before it is trained
  bool stops_gradients = false;   // nor is what it reads trained by what reads it
  bool finishes_picture = false;  // may stand between the last convolution and the reconstruction
};

namespace step_traits_detail {

inline constexpr std::size_t kKinds = static_cast<std::size_t>(StepKind::kDescriptor) + 1;

inline constexpr std::array<StepTraits, kKinds> kTable = {{
    {.kind = StepKind::kInput, .reads_pictures = true},
    {.kind = StepKind::kConvolution,
     .read_again = ReadAgain::kInput,
     .exactness = Exactness::kLastExact},
    {.kind = StepKind::kDense,
     .read_again = ReadAgain::kInput,
     .exactness = Exactness::kExact,
     .exact_gradient = true},
    {.kind = StepKind::kNormalisation, .read_again = ReadAgain::kInput, .kept = Kept::kMoments},
    {.kind = StepKind::kRelu, .read_again = ReadAgain::kOutput},
    {.kind = StepKind::kSigmoid,
     .read_again = ReadAgain::kOutput,
     .exactness = Exactness::kAsInput,
     .exact_gradient = true,
     .finishes_picture = true},
    {.kind = StepKind::kMaxPooling, .kept = Kept::kPlaces},
    {.kind = StepKind::kUpsampling, .exactness = Exactness::kAsInput},
    {.kind = StepKind::kDepthToSpace, .exactness = Exactness::kAsInput, .finishes_picture = true},
    {.kind = StepKind::kSum},
    {.kind = StepKind::kCrop, .exactness = Exactness::kAsInput, .finishes_picture = true},
    {.kind = StepKind::kLuma, .reads_pictures = true},
    {.kind = StepKind::kGradientHistogram,
     .exactness = Exactness::kExact,
     .exact_gradient = true,
     .reads_pictures = true},
    {.kind = StepKind::kGradientPyramid,
     .exactness = Exactness::kExact,
     .exact_gradient = true,
     .reads_pictures = true},
    {.kind = StepKind::kLabHistogram,
     .exactness = Exactness::kExact,
     .exact_gradient = true,
     .reads_pictures = true},
    {.kind = StepKind::kFineLabHistogram,
     .exactness = Exactness::kExact,
     .exact_gradient = true,
     .reads_pictures = true},
    {.kind = StepKind::kPretrained,
     .exactness = Exactness::kExact,
     .exact_gradient = true,
     .reads_pictures = true},
    {.kind = StepKind::kUnitLength,
     .read_again = ReadAgain::kOutput,
     .kept = Kept::kLengths,
     .exactness = Exactness::kExact,
     .exact_gradient = true},
    {.kind = StepKind::kDescriptor,
     .exactness = Exactness::kExact,
     .exact_gradient = true,
     .stops_gradients = true},
}};

constexpr bool is_complete() noexcept {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (kTable[i].kind != static_cast<StepKind>(i)) return false;
  }
  return true;
}
static_assert(is_complete(), "each kind of step has its row, in the order of StepKind");

}  // namespace step_traits_detail

[[nodiscard]] constexpr const StepTraits& traits_of(StepKind kind) noexcept {
  return step_traits_detail::kTable[static_cast<std::size_t>(kind)];
}

// Vectors that are exact (F32), whatever pictures and their features are kept in.
[[nodiscard]] constexpr bool gives_vectors(StepKind kind) noexcept {
  return traits_of(kind).exactness == Exactness::kExact;
}

}  // namespace likeness
