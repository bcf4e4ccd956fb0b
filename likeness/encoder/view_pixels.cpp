#include "likeness/encoder/view_pixels.hpp"

#include <cassert>

// Highway includes this file again for each instruction set; see its quick reference.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likeness/encoder/view_pixels.cpp"
#include <hwy/foreach_target.h>
// It must come after foreach_target.h.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace likeness::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls at(d, i) for as many of `count` things from i on as `d` has lanes, until all were there;
// where the last do not fill a vector, some are there twice.
template <class T, class At>
HWY_INLINE void for_lanes(std::size_t count, const At& at) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  if (count < lanes) {
    for (std::size_t i = 0; i < count; ++i) at(hn::CappedTag<T, 1>(), i);
    return;
  }
  for (std::size_t i = 0; i + lanes <= count; i += lanes) at(d, i);
  if (count % lanes != 0) at(d, count - lanes);
}

HWY_ATTR void fill_tones_of(const Tones& logarithms, float gamma, float contrast, Tones& tones) {
  for_lanes<float>(kLumaLevels, [&](auto d, std::size_t i) HWY_ATTR {
    const auto one = hn::Set(d, 1.0F);
    const auto tone = hn::Exp(d, hn::Mul(hn::Set(d, gamma), hn::LoadU(d, logarithms.data() + i)));
    const auto value = hn::MulAdd(hn::Sub(tone, one), hn::Set(d, contrast), one);
    const auto within = hn::Min(hn::Max(value, hn::Zero(d)), one);
    hn::StoreU(hn::Mul(within, hn::Set(d, 255.0F)), d, tones.data() + i);
  });
}

HWY_ATTR void take_toned_luma_of(const std::uint8_t* pixels, const Tones& tones, Luma& luma) {
  for_lanes<std::int32_t>(luma.levels.size(), [&](auto d, std::size_t i) HWY_ATTR {
    const hn::Rebind<std::uint8_t, decltype(d)> bytes;
    const hn::Rebind<float, decltype(d)> floats;
    hn::VFromD<decltype(bytes)> red;
    hn::VFromD<decltype(bytes)> green;
    hn::VFromD<decltype(bytes)> blue;
    hn::LoadInterleaved3(bytes, pixels + 3 * i, red, green, blue);
    const auto part = [&](auto channel, std::int32_t factor) HWY_ATTR {
      return hn::Mul(hn::PromoteTo(d, channel), hn::Set(d, factor));
    };
    const auto level =
        hn::ShiftRight<8>(hn::Add(hn::Add(part(red, 77), part(green, 150)), part(blue, 29)));
    hn::StoreU(hn::GatherIndex(floats, tones.data(), level), floats, luma.levels.data() + i);
  });
}

HWY_ATTR void draw_row_of(const Luma& luma, const RowPlaces& places, std::uint8_t* view) {
  for_lanes<float>(luma.width, [&](auto d, std::size_t i) HWY_ATTR {
    const hn::RebindToSigned<decltype(d)> indices;
    const hn::Rebind<std::uint8_t, decltype(d)> bytes;
    const auto columns = hn::Iota(d, static_cast<float>(i));
    const auto place = [&](float first, float step, std::size_t length) HWY_ATTR {
      const auto anywhere = hn::MulAdd(columns, hn::Set(d, step), hn::Set(d, first));
      return hn::Min(hn::Max(anywhere, hn::Zero(d)), hn::Set(d, static_cast<float>(length - 1)));
    };
    const auto index = [&](std::size_t value)
                           HWY_ATTR { return hn::Set(indices, static_cast<std::int32_t>(value)); };
    const auto next = [&](auto pixel, std::size_t length)
                          HWY_ATTR { return hn::Min(hn::Add(pixel, index(1)), index(length - 1)); };
    const auto between = [](auto share, auto first, auto second)
                             HWY_ATTR { return hn::MulAdd(share, hn::Sub(second, first), first); };
    const auto x = place(places.x, places.x_step, luma.width);
    const auto y = place(places.y, places.y_step, luma.height);
    const auto left = hn::ConvertTo(indices, x);
    const auto top = hn::ConvertTo(indices, y);
    const auto right = next(left, luma.width);
    const auto share = hn::Sub(x, hn::ConvertTo(d, left));
    const auto level_of_row = [&](auto row) HWY_ATTR {
      const auto begin = hn::Mul(row, index(luma.width));
      const float* const levels = luma.levels.data();
      return between(share, hn::GatherIndex(d, levels, hn::Add(begin, left)),
                     hn::GatherIndex(d, levels, hn::Add(begin, right)));
    };
    const auto level = between(hn::Sub(y, hn::ConvertTo(d, top)), level_of_row(top),
                               level_of_row(next(top, luma.height)));
    const auto rounded = hn::ConvertTo(indices, hn::Add(level, hn::Set(d, 0.5F)));  // cut off
    const auto grey = hn::DemoteTo(bytes, rounded);
    hn::StoreInterleaved3(grey, grey, grey, bytes, view + 3 * i);
  });
}

}  // namespace likeness::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace likeness {

HWY_EXPORT(fill_tones_of);
HWY_EXPORT(take_toned_luma_of);
HWY_EXPORT(draw_row_of);

void fill_tones(const Tones& logarithms, float gamma, float contrast, Tones& tones) noexcept {
  HWY_DYNAMIC_DISPATCH(fill_tones_of)(logarithms, gamma, contrast, tones);
}

void take_toned_luma(std::span<const std::uint8_t> picture, const Tones& tones,
                     Luma& luma) noexcept {
  assert(picture.size() == 3 * luma.levels.size());
  HWY_DYNAMIC_DISPATCH(take_toned_luma_of)(picture.data(), tones, luma);
}

void draw_row(const Luma& luma, const RowPlaces& places, std::span<std::uint8_t> row) noexcept {
  assert(row.size() == 3 * luma.width && luma.levels.size() == luma.height * luma.width);
  HWY_DYNAMIC_DISPATCH(draw_row_of)(luma, places, row.data());
}

}  // namespace likeness
#endif
