#include "likeness/encoder/weight_form.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace likeness {
namespace {

constexpr std::size_t kTaps = 3;

// Along one axis: described tap `from` is part of computed tap `to` in phase `phase`.
struct Part {
  constexpr Part(std::size_t described, std::size_t computed, std::size_t of_phase)
      : from(described), to(computed), phase(of_phase) {}
  std::size_t from, to, phase;
};

// Output row 2 y + phase of the upsampled picture reads rows 2 y + phase + tap - 1 of it, which are
// rows y + (phase + tap - 1) / 2, rounded down, of the picture before.
constexpr std::array<Part, 6> kPhaseParts{
    {{0, 0, 0}, {1, 1, 0}, {2, 1, 0}, {0, 1, 1}, {1, 1, 1}, {2, 2, 1}}};

// Row y of the picture before is rows 2 y and 2 y + 1 of the upsampled one, so tap k of a
// transposed convolution reaches rows 2 y + k - 1 and 2 y + k: taps k and k + 1 of the larger one.
constexpr std::array<Part, 6> kUpsampledParts{
    {{0, 0, 0}, {0, 1, 0}, {1, 1, 0}, {1, 2, 0}, {2, 2, 0}, {2, 3, 0}}};

// Calls visit(described, computed) for every pair of weights of which one is part of the other.
template <typename Visit>
void for_parts(WeightForm form, const WeightShape& shape, const Visit& visit) {
  const bool phases = form == WeightForm::kPhases;
  const auto& parts = phases ? kPhaseParts : kUpsampledParts;
  const std::size_t taps = phases ? 3 : 4;
  // A transposed convolution is a convolution with its taps in the opposite order.
  const bool flip = phases == shape.transposed;
  const auto described_tap = [&](std::size_t tap) { return flip ? kTaps - 1 - tap : tap; };
  const auto visit_pair = [&](std::size_t o, std::size_t i) {
    const std::size_t described = (o * shape.in + i) * kTaps * kTaps;
    for (const auto& y : parts) {
      for (const auto& x : parts) {
        const std::size_t out = (2 * y.phase + x.phase) * shape.out + o;
        visit(described + described_tap(y.from) * kTaps + described_tap(x.from),
              ((out * shape.in + i) * taps + y.to) * taps + x.to);
      }
    }
  };
  for (std::size_t o = 0; o < shape.out; ++o) {
    for (std::size_t i = 0; i < shape.in; ++i) visit_pair(o, i);
  }
}

}  // namespace

std::size_t computed_size(WeightForm form, const WeightShape& shape) {
  assert(form != WeightForm::kAsDescribed);
  const std::size_t taps = form == WeightForm::kPhases ? 4 * 3 * 3 : 4 * 4;
  return shape.out * shape.in * taps;
}

void expand_weights(WeightForm form, const WeightShape& shape, std::span<const float> described,
                    std::span<float> computed) {
  std::ranges::fill(computed, 0.0F);
  for_parts(form, shape,
            [&](std::size_t from, std::size_t to) { computed[to] += described[from]; });
}

void contract_gradient(WeightForm form, const WeightShape& shape, std::span<const float> computed,
                       std::span<float> described) {
  std::ranges::fill(described, 0.0F);
  for_parts(form, shape,
            [&](std::size_t from, std::size_t to) { described[from] += computed[to]; });
}

}  // namespace likeness
