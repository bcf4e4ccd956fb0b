#include "likeness/catalogue/gradients.hpp"

#include <algorithm>
#include <cstddef>
#include <numbers>

// Highway includes this file again for each instruction set; see its quick reference.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likeness/catalogue/gradients.cpp"
#include <hwy/foreach_target.h>
// It must come after foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace likeness::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// As many pixels as `d` has lanes.
template <class D>
HWY_INLINE void take_luma_at(D d, const std::uint8_t* HWY_RESTRICT pixels,
                             std::int32_t* HWY_RESTRICT luma) {
  const hn::Rebind<std::uint8_t, D> bytes;
  hn::VFromD<decltype(bytes)> red;
  hn::VFromD<decltype(bytes)> green;
  hn::VFromD<decltype(bytes)> blue;
  hn::LoadInterleaved3(bytes, pixels, red, green, blue);
  const auto part = [&](auto channel, std::int32_t factor) {
    return hn::Mul(hn::PromoteTo(d, channel), hn::Set(d, factor));
  };
  hn::StoreU(hn::Add(hn::Add(part(red, 299), part(green, 587)), part(blue, 114)), d, luma);
}

HWY_ATTR void take_luma_of(const std::uint8_t* pixels, std::int32_t* luma, std::size_t count) {
  const hn::ScalableTag<std::int32_t> d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) take_luma_at(d, pixels + 3 * i, luma + i);
  for (; i < count; ++i) {
    take_luma_at(hn::CappedTag<std::int32_t, 1>(), pixels + 3 * i, luma + i);
  }
}

template <class D>
HWY_INLINE void roughly_orient_at(D d, const float* HWY_RESTRICT across,
                                  const float* HWY_RESTRICT down, float orientations,
                                  float* HWY_RESTRICT rough) {
  const auto x = hn::LoadU(d, across);
  const auto y = hn::LoadU(d, down);
  const auto width = hn::Abs(x);
  const auto height = hn::Abs(y);
  const auto larger = hn::Max(hn::Max(width, height), hn::Set(d, 1.0F));
  const auto ratio = hn::Div(hn::Min(width, height), larger);
  const auto square = hn::Mul(ratio, ratio);
  // Abramowitz and Stegun 4.4.47: the arc tangent from 0 to 1, to 1e-5.
  auto sum = hn::Set(d, 0.0208351F);
  for (const float factor : {-0.0851330F, 0.1801410F, -0.3302995F, 0.9998660F}) {
    sum = hn::MulAdd(sum, square, hn::Set(d, factor));
  }
  const auto arc = hn::Mul(ratio, sum);
  constexpr float kHalfTurn = std::numbers::pi_v<float>;
  const auto steep = hn::Sub(hn::Set(d, kHalfTurn / 2), arc);
  const auto from_flat = hn::IfThenElse(hn::Gt(height, width), steep, arc);
  const auto falls = hn::Xor(hn::Lt(x, hn::Zero(d)), hn::Lt(y, hn::Zero(d)));
  const auto angle = hn::IfThenElse(falls, hn::Sub(hn::Set(d, kHalfTurn), from_flat), from_flat);
  hn::StoreU(hn::Mul(angle, hn::Set(d, orientations / kHalfTurn)), d, rough);
}

HWY_ATTR void roughly_orient_of(const float* across, const float* down, std::size_t count,
                                float orientations, float* rough) {
  const hn::ScalableTag<float> d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    roughly_orient_at(d, across + i, down + i, orientations, rough + i);
  }
  for (; i < count; ++i) {
    roughly_orient_at(hn::CappedTag<float, 1>(), across + i, down + i, orientations, rough + i);
  }
}

template <class D>
HWY_INLINE void measure_gradients_at(D d, const float* HWY_RESTRICT across,
                                     const float* HWY_RESTRICT down, float turn,
                                     float* HWY_RESTRICT lengths, float* HWY_RESTRICT directions) {
  const auto x = hn::LoadU(d, across);
  const auto y = hn::LoadU(d, down);
  hn::StoreU(hn::Sqrt(hn::MulAdd(x, x, hn::Mul(y, y))), d, lengths);
  const auto width = hn::Abs(x);
  const auto height = hn::Abs(y);
  const auto larger = hn::Max(hn::Max(width, height), hn::Set(d, 1.0F));
  const auto arc = hn::Atan(d, hn::Div(hn::Min(width, height), larger));
  // Mirrored in parts of a turn, and not in radians, so that upright is exactly a quarter.
  const auto below_eighth = hn::Mul(arc, hn::Set(d, turn / (2 * std::numbers::pi_v<float>)));
  const auto mirrored = [&](auto where, float axis, auto direction) {
    return hn::IfThenElse(where, hn::Sub(hn::Set(d, axis), direction), direction);
  };
  const auto below_quarter = mirrored(hn::Gt(height, width), turn / 4, below_eighth);
  const auto below_half = mirrored(hn::Lt(x, hn::Zero(d)), turn / 2, below_quarter);
  hn::StoreU(mirrored(hn::Lt(y, hn::Zero(d)), turn, below_half), d, directions);
}

HWY_ATTR void measure_gradients_of(const float* across, const float* down, std::size_t count,
                                   float turn, float* lengths, float* directions) {
  const hn::ScalableTag<float> d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    measure_gradients_at(d, across + i, down + i, turn, lengths + i, directions + i);
  }
  for (; i < count; ++i) {
    measure_gradients_at(hn::CappedTag<float, 1>(), across + i, down + i, turn, lengths + i,
                         directions + i);
  }
}

template <class D>
HWY_INLINE void take_roots_of_shares_at(D d, float total, float* HWY_RESTRICT numbers) {
  hn::StoreU(hn::Sqrt(hn::Div(hn::LoadU(d, numbers), hn::Set(d, total))), d, numbers);
}

HWY_ATTR void take_roots_of_shares_of(float total, float* numbers, std::size_t count) {
  const hn::ScalableTag<float> d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    take_roots_of_shares_at(d, total, numbers + i);
  }
  for (; i < count; ++i) {
    take_roots_of_shares_at(hn::CappedTag<float, 1>(), total, numbers + i);
  }
}

}  // namespace likeness::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace likeness {

HWY_EXPORT(take_luma_of);
HWY_EXPORT(roughly_orient_of);
HWY_EXPORT(measure_gradients_of);
HWY_EXPORT(take_roots_of_shares_of);

void take_luma(std::span<const std::uint8_t> pixels, std::span<std::int32_t> luma) noexcept {
  HWY_DYNAMIC_DISPATCH(take_luma_of)(pixels.data(), luma.data(), luma.size());
}

void roughly_orient(std::span<const float> across, std::span<const float> down, float orientations,
                    std::span<float> rough) noexcept {
  HWY_DYNAMIC_DISPATCH(roughly_orient_of)
  (across.data(), down.data(), rough.size(), orientations, rough.data());
}

void GradientRow::take(std::span<const std::int32_t> luma, std::size_t y) noexcept {
  const std::size_t width = across.size();
  const std::size_t last = width - 1;
  const std::int32_t* const row = luma.data() + y * width;
  const std::int32_t* const above = y > 0 ? row - width : row;
  const std::int32_t* const below = (y + 1) * width < luma.size() ? row + width : row;
  for (std::size_t x = 1; x < last; ++x) across[x] = static_cast<float>(row[x + 1] - row[x - 1]);
  across[0] = static_cast<float>(row[std::min<std::size_t>(1, last)] - row[0]);
  across[last] = static_cast<float>(row[last] - row[last > 0 ? last - 1 : 0]);
  for (std::size_t x = 0; x < width; ++x) down[x] = static_cast<float>(below[x] - above[x]);
}

void measure_gradients(const GradientRow& gradients, float turn, std::span<float> lengths,
                       std::span<float> directions) noexcept {
  HWY_DYNAMIC_DISPATCH(measure_gradients_of)
  (gradients.across.data(), gradients.down.data(), lengths.size(), turn, lengths.data(),
   directions.data());
}

void take_roots_of_shares(float total, std::span<float> numbers) noexcept {
  HWY_DYNAMIC_DISPATCH(take_roots_of_shares_of)(total, numbers.data(), numbers.size());
}

}  // namespace likeness
#endif
