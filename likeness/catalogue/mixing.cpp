#include "likeness/catalogue/mixing.hpp"

// Highway includes this file again for each instruction set; see its quick reference.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likeness/catalogue/mixing.cpp"
#include <hwy/foreach_target.h>
// It must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace likeness::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kRowShift = kWeightBits - kFractionBits;

// As many columns of the mixed row as `d` has lanes, from x on.
template <class D>
HWY_INLINE void mix_rows_at(D d, std::size_t x, const std::uint8_t* HWY_RESTRICT rows,
                            std::span<const std::int16_t> weights, std::span<std::int16_t> mixed) {
  const hn::Rebind<std::uint8_t, D> bytes;
  const hn::Rebind<std::int16_t, D> narrow;
  auto sums = hn::Set(d, 1 << (kRowShift - 1));  // for rounding
  const std::uint8_t* from = rows + x;
  for (std::size_t k = 0; k < weights.size(); ++k, from += mixed.size()) {
    const auto values = hn::PromoteTo(d, hn::LoadU(bytes, from));
    sums = hn::Add(sums, hn::Mul(values, hn::Set(d, std::int32_t{weights.data()[k]})));
  }
  hn::StoreU(hn::DemoteTo(narrow, hn::ShiftRight<kRowShift>(sums)), narrow, mixed.data() + x);
}

HWY_ATTR void mix_rows_of(const std::uint8_t* rows, std::span<const std::int16_t> weights,
                          std::span<std::int16_t> mixed) {
  const hn::ScalableTag<std::int32_t> d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t width = mixed.size();
  std::size_t x = 0;
  for (; x + lanes <= width; x += lanes) mix_rows_at(d, x, rows, weights, mixed);
  if (x == width) return;
  if (width >= lanes) {  // some columns twice, with the same result
    mix_rows_at(d, width - lanes, rows, weights, mixed);
    return;
  }
  for (; x < width; ++x) mix_rows_at(hn::CappedTag<std::int32_t, 1>(), x, rows, weights, mixed);
}

HWY_ATTR void mix_columns_of(const std::int16_t* HWY_RESTRICT row, const TriangleFilter& columns,
                             std::int16_t* HWY_RESTRICT mixed) {
  const hn::CappedTag<std::int16_t, kColumnMultiple> d;
  const hn::RepartitionToWide<decltype(d)> wide;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Taps taps = columns.taps(i);
    auto sums = hn::Zero(wide);
    auto others = hn::Zero(wide);
    for (std::size_t k = 0; k < taps.weights.size(); k += hn::Lanes(d)) {
      sums = hn::ReorderWidenMulAccumulate(wide, hn::LoadU(d, row + taps.first + k),
                                           hn::LoadU(d, taps.weights.data() + k), sums, others);
    }
    const std::int32_t sum = hn::GetLane(hn::SumOfLanes(wide, hn::Add(sums, others)));
    mixed[i] = static_cast<std::int16_t>((sum + (1 << (kWeightBits - 1))) >> kWeightBits);
  }
}

// Colour factors and the sums' rounding, with kColourBits behind the point.
constexpr int kColourBits = 14;
constexpr int kColourShift = kColourBits + kFractionBits;
constexpr std::int32_t kRedOfCr = 22970;    // 1.402
constexpr std::int32_t kGreenOfCb = 5638;   // 0.344136
constexpr std::int32_t kGreenOfCr = 11700;  // 0.714136
constexpr std::int32_t kBlueOfCb = 29032;   // 1.772

template <class D>
HWY_INLINE void mix_colours_at(D d, const std::int16_t* HWY_RESTRICT luma,
                               const std::int16_t* HWY_RESTRICT blueness,
                               const std::int16_t* HWY_RESTRICT redness,
                               std::uint8_t* HWY_RESTRICT rgb) {
  const hn::Rebind<std::int16_t, D> narrow;
  const hn::Rebind<std::uint8_t, D> bytes;
  const auto load = [&](const std::int16_t* from) {
    return hn::PromoteTo(d, hn::LoadU(narrow, from));
  };
  const auto middle = hn::Set(d, 128 << kFractionBits);
  const auto y = hn::Add(hn::ShiftLeft<kColourBits>(load(luma)),
                         hn::Set(d, 1 << (kColourShift - 1)));  // for rounding
  const auto cb = hn::Sub(load(blueness), middle);
  const auto cr = hn::Sub(load(redness), middle);
  const auto times = [&](auto values, std::int32_t factor) {
    return hn::Mul(values, hn::Set(d, factor));
  };
  const auto level = [&](auto sums) {  // from 0 to 255
    return hn::DemoteTo(bytes, hn::ShiftRight<kColourShift>(sums));
  };
  const auto green = hn::Sub(hn::Sub(y, times(cb, kGreenOfCb)), times(cr, kGreenOfCr));
  hn::StoreInterleaved3(level(hn::Add(y, times(cr, kRedOfCr))), level(green),
                        level(hn::Add(y, times(cb, kBlueOfCb))), bytes, rgb);
}

HWY_ATTR void mix_colours_of(const std::int16_t* y, const std::int16_t* cb, const std::int16_t* cr,
                             std::size_t count, std::uint8_t* rgb) {
  const hn::ScalableTag<std::int32_t> d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    mix_colours_at(d, y + i, cb + i, cr + i, rgb + 3 * i);
  }
  for (; i < count; ++i) {
    mix_colours_at(hn::CappedTag<std::int32_t, 1>(), y + i, cb + i, cr + i, rgb + 3 * i);
  }
}

}  // namespace likeness::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace likeness {

HWY_EXPORT(mix_rows_of);
HWY_EXPORT(mix_columns_of);
HWY_EXPORT(mix_colours_of);

void mix_rows(const std::uint8_t* rows, std::span<const std::int16_t> weights,
              std::span<std::int16_t> mixed) noexcept {
  HWY_DYNAMIC_DISPATCH(mix_rows_of)(rows, weights, mixed);
}

void mix_columns(const std::int16_t* row, const TriangleFilter& columns,
                 std::int16_t* mixed) noexcept {
  HWY_DYNAMIC_DISPATCH(mix_columns_of)(row, columns, mixed);
}

void mix_colours(std::span<const std::int16_t> y, std::span<const std::int16_t> cb,
                 std::span<const std::int16_t> cr, std::uint8_t* rgb) noexcept {
  HWY_DYNAMIC_DISPATCH(mix_colours_of)(y.data(), cb.data(), cr.data(), y.size(), rgb);
}

}  // namespace likeness
#endif
