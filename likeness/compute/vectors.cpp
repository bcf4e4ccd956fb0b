// See vectors.hpp. Highway compiles this file once for each vector unit it knows.
#include "likeness/compute/vectors.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "likeness/compute/vectors.cpp"
#include <hwy/foreach_target.h>
// After foreach_target: each pass includes them for its own target.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace likeness::vectors::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using hwy::bfloat16_t;

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const float* from) {
  return hn::LoadU(d, from);
}

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const bfloat16_t* from) {
  return hn::PromoteTo(d, hn::LoadU(hn::Rebind<bfloat16_t, D>(), from));
}

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const std::uint8_t* from) {
  const hn::Rebind<std::uint8_t, D> bytes;
  return hn::ConvertTo(d, hn::PromoteTo(hn::Rebind<std::int32_t, D>(), hn::LoadU(bytes, from)));
}

template <class D>
HWY_INLINE void store(D d, hn::Vec<D> value, float* to) {
  hn::StoreU(value, d, to);
}

// Rounded to the nearest, ties to even: cutting off would pull every value towards zero.
template <class D>
HWY_INLINE void store(D, hn::Vec<D> value, bfloat16_t* to) {
  const hn::Rebind<std::uint32_t, D> wide;
  const hn::Rebind<std::int32_t, D> wide_signed;
  const hn::Rebind<std::uint16_t, D> narrow;
  const auto bits = hn::BitCast(wide, value);
  const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(wide, 1));
  const auto rounded = hn::ShiftRight<16>(bits + hn::Set(wide, 0x7FFF) + odd);
  const auto half = hn::DemoteTo(narrow, hn::BitCast(wide_signed, rounded));
  hn::StoreU(half, narrow, reinterpret_cast<std::uint16_t*>(to));
}

// Calls body(d, i) for whole vectors, then value by value for what is left.
template <typename Lane = float, class Body>
HWY_INLINE void for_each(std::size_t count, const Body& body) {
  const hn::ScalableTag<Lane> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) body(d, i);
  const hn::CappedTag<Lane, 1> one;
  for (; i < count; ++i) body(one, i);
}

// Calls body with pointers of the types that the precisions stand for.
template <class Body>
HWY_INLINE void with_types(In in, Out out, const Body& body) {
  if (in.precision == Precision::kF32) {
    const auto* from = static_cast<const float*>(in.data);
    if (out.precision == Precision::kF32) {
      body(from, static_cast<float*>(out.data));
    } else {
      body(from, static_cast<bfloat16_t*>(out.data));
    }
  } else {
    const auto* from = static_cast<const bfloat16_t*>(in.data);
    if (out.precision == Precision::kF32) {
      body(from, static_cast<float*>(out.data));
    } else {
      body(from, static_cast<bfloat16_t*>(out.data));
    }
  }
}

template <class Body>
HWY_INLINE void with_type(In in, const Body& body) {
  if (in.precision == Precision::kF32) {
    body(static_cast<const float*>(in.data));
  } else {
    body(static_cast<const bfloat16_t*>(in.data));
  }
}

// x above 0, else x * slope.
template <class D>
HWY_INLINE hn::Vec<D> relu_of(D d, hn::Vec<D> x, float slope) {
  return hn::IfThenElse(x > hn::Zero(d), x, x * hn::Set(d, slope));
}

// The gradient before a ReLU whose input (or output: the sign is the same) is x.
template <class D>
HWY_INLINE hn::Vec<D> relu_gradient(D d, hn::Vec<D> x, hn::Vec<D> gradient, float slope) {
  return hn::IfThenElse(x > hn::Zero(d), gradient, gradient * hn::Set(d, slope));
}

void load_bytes(const std::uint8_t* bytes, std::size_t count, Out out) {
  with_types({}, out, [&](const auto*, auto* to) HWY_ATTR {
    for_each(count, [&](auto d, std::size_t i) HWY_ATTR {
      store(d, load(d, bytes + i) * hn::Set(d, 1.0F / 255.0F), to + i);
    });
  });
}

void copy(In in, std::size_t count, Out out) {
  with_types(in, out, [&](const auto* from, auto* to) HWY_ATTR {
    for_each(count, [&](auto d, std::size_t i) HWY_ATTR { store(d, load(d, from + i), to + i); });
  });
}

void add(In a, In b, std::size_t count, Out out) {
  with_types(a, out, [&](const auto* left, auto* to) HWY_ATTR {
    const auto* right = static_cast<decltype(left)>(b.data);
    for_each(count, [&](auto d, std::size_t i)
                        HWY_ATTR { store(d, load(d, left + i) + load(d, right + i), to + i); });
  });
}

void relu(In in, float slope, std::size_t count, Out out) {
  with_types(in, out, [&](const auto* from, auto* to) HWY_ATTR {
    for_each(count, [&](auto d, std::size_t i)
                        HWY_ATTR { store(d, relu_of(d, load(d, from + i), slope), to + i); });
  });
}

void relu_backward(In out_value, float slope, In gradient, std::size_t count, Out in_gradient) {
  with_types(gradient, in_gradient, [&](const auto* from, auto* to) HWY_ATTR {
    const auto* value = static_cast<decltype(from)>(out_value.data);
    for_each(count, [&](auto d, std::size_t i) HWY_ATTR {
      store(d, relu_gradient(d, load(d, value + i), load(d, from + i), slope), to + i);
    });
  });
}

void sigmoid(In in, std::size_t count, Out out) {
  with_types(in, out, [&](const auto* from, auto* to) HWY_ATTR {
    for_each(count, [&](auto d, std::size_t i) HWY_ATTR {
      const auto one = hn::Set(d, 1.0F);
      // Highway's exp turns a NaN into a number; a diverged training must show as one.
      const auto x = load(d, from + i);
      const auto y = one / (one + hn::Exp(d, hn::Neg(hn::Max(x, hn::Set(d, -80.0F)))));
      store(d, hn::IfThenElse(hn::IsNaN(x), x, y), to + i);
    });
  });
}

void sigmoid_backward(In out_value, In gradient, std::size_t count, Out in_gradient) {
  with_types(gradient, in_gradient, [&](const auto* from, auto* to) HWY_ATTR {
    with_type(out_value, [&](const auto* value) HWY_ATTR {
      for_each(count, [&](auto d, std::size_t i) HWY_ATTR {
        const auto y = load(d, value + i);
        store(d, load(d, from + i) * y * (hn::Set(d, 1.0F) - y), to + i);
      });
    });
  });
}

void add_moments(In in, Rows rows, const float* centre, float* sums, float* squares) {
  with_type(in, [&](const auto* from) HWY_ATTR {
    for_each(rows.channels, [&](auto d, std::size_t c) HWY_ATTR {
      const auto middle = load(d, centre + c);
      auto sum = hn::Zero(d);
      auto square = hn::Zero(d);
      for (std::size_t row = 0; row < rows.rows; ++row) {
        const auto x = load(d, from + row * rows.channels + c) - middle;
        sum = sum + x;
        square = hn::MulAdd(x, x, square);
      }
      store(d, load(d, sums + c) + sum, sums + c);
      store(d, load(d, squares + c) + square, squares + c);
    });
  });
}

void scale_and_shift(In in, Rows rows, const float* scale, const float* shift, float slope,
                     Out out) {
  with_types(in, out, [&](const auto* from, auto* to) HWY_ATTR {
    for (std::size_t row = 0; row < rows.rows; ++row) {
      const std::size_t start = row * rows.channels;
      for_each(rows.channels, [&](auto d, std::size_t c) HWY_ATTR {
        const auto y =
            hn::MulAdd(load(d, from + start + c), load(d, scale + c), load(d, shift + c));
        store(d, relu_of(d, y, slope), to + start + c);
      });
    }
  });
}

void add_gradient_moments(In in, In gradient, Rows rows, const Affine& affine, float* sums,
                          float* products) {
  with_type(in, [&](const auto* from) HWY_ATTR {
    with_type(gradient, [&](const auto* gradients) HWY_ATTR {
      for_each(rows.channels, [&](auto d, std::size_t c) HWY_ATTR {
        const auto scale = load(d, affine.scale + c);
        const auto shift = load(d, affine.shift + c);
        const auto mean = load(d, affine.mean + c);
        auto sum = hn::Zero(d);
        auto product = hn::Zero(d);
        for (std::size_t row = 0; row < rows.rows; ++row) {
          const std::size_t i = row * rows.channels + c;
          const auto x = load(d, from + i);
          const auto y = hn::MulAdd(x, scale, shift);
          const auto g = relu_gradient(d, y, load(d, gradients + i), affine.slope);
          sum = sum + g;
          product = hn::MulAdd(g, x - mean, product);
        }
        store(d, load(d, sums + c) + sum, sums + c);
        store(d, load(d, products + c) + product, products + c);
      });
    });
  });
}

void normalise_backward(In in, In gradient, Rows rows, const Affine& affine,
                        const Correction& correction, Out in_gradient) {
  with_types(in, in_gradient, [&](const auto* from, auto* to) HWY_ATTR {
    with_type(gradient, [&](const auto* gradients) HWY_ATTR {
      for (std::size_t row = 0; row < rows.rows; ++row) {
        const std::size_t start = row * rows.channels;
        for_each(rows.channels, [&](auto d, std::size_t c) HWY_ATTR {
          const auto x = load(d, from + start + c);
          const auto scale = load(d, affine.scale + c);
          const auto y = hn::MulAdd(x, scale, load(d, affine.shift + c));
          const auto g = relu_gradient(d, y, load(d, gradients + start + c), affine.slope);
          const auto along = load(d, correction.along + c) * (x - load(d, affine.mean + c));
          store(d, scale * (g - load(d, correction.mean + c) - along), to + start + c);
        });
      }
    });
  });
}

void add_row_products(In in, In gradient, Rows columns, float* sums) {
  const std::size_t channels = columns.channels;
  with_type(in, [&](const auto* from) HWY_ATTR {
    const auto* gradients = static_cast<decltype(from)>(gradient.data);
    for_each(channels, [&](auto d, std::size_t c) HWY_ATTR {
      auto left = hn::Zero(d);
      auto middle = hn::Zero(d);
      auto right = hn::Zero(d);
      auto before = hn::Zero(d);
      auto here = load(d, from + c);
      for (std::size_t x = 0; x < columns.rows; ++x) {
        const bool last = x + 1 == columns.rows;
        const auto after = last ? hn::Zero(d) : load(d, from + (x + 1) * channels + c);
        const auto g = load(d, gradients + x * channels + c);
        left = hn::MulAdd(before, g, left);
        middle = hn::MulAdd(here, g, middle);
        right = hn::MulAdd(after, g, right);
        before = here;
        here = after;
      }
      float* sum = sums + c;
      for (const auto& products : {left, middle, right}) {
        store(d, load(d, sum) + products, sum);
        sum += channels;
      }
    });
  });
}

// The bits of BF16 values as numbers of the same order, any NaN above all, so that a whole vector
// of BF16 is compared at once. (-0 comes before +0.)
template <class D>
HWY_INLINE hn::Vec<D> order_of(D d, hn::Vec<D> bits) {
  const hn::Rebind<std::int16_t, D> with_sign;
  const auto negative = hn::BitCast(d, hn::ShiftRight<15>(hn::BitCast(with_sign, bits)));
  // All bits of a negative value turn, of another the sign: from the NaNs below -infinity up to
  // those above infinity. 0x7F lower, the former wrap around to the top.
  return hn::Xor(bits, hn::Or(negative, hn::Set(d, 0x8000))) - hn::Set(d, 0x7F);
}

template <class D>
HWY_INLINE hn::Vec<D> bits_of(D d, hn::Vec<D> order) {
  const hn::Rebind<std::int16_t, D> with_sign;
  const auto turned = order + hn::Set(d, 0x7F);
  const auto negative = hn::BitCast(d, hn::ShiftRight<15>(hn::BitCast(with_sign, hn::Not(turned))));
  return hn::Xor(turned, hn::Or(negative, hn::Set(d, 0x8000)));
}

void largest_bf16(const std::uint16_t* from, std::span<const Tap> taps, std::size_t channels,
                  std::uint16_t* to, std::uint8_t* where) {
  for_each<std::uint16_t>(channels, [&](auto d, std::size_t c) HWY_ATTR {
    const auto load_order = [&](const Tap& tap) HWY_ATTR {
      return order_of(d, hn::LoadU(d, from + tap.value + c));
    };
    auto best = load_order(taps[0]);
    if (where == nullptr) {
      for (const Tap& tap : taps.subspan(1)) best = hn::Max(best, load_order(tap));
    } else {
      const hn::Rebind<std::uint8_t, decltype(d)> bytes;
      const hn::Rebind<std::int16_t, decltype(d)> with_sign;
      auto position = hn::Set(d, taps[0].position);
      for (const Tap& tap : taps.subspan(1)) {
        const auto order = load_order(tap);
        position = hn::IfThenElse(order > best, hn::Set(d, tap.position), position);
        best = hn::Max(best, order);
      }
      hn::StoreU(hn::DemoteTo(bytes, hn::BitCast(with_sign, position)), bytes, where + c);
    }
    hn::StoreU(bits_of(d, best), d, to + c);
  });
}

void largest(In tensor, std::span<const Tap> taps, std::size_t channels, Out out,
             std::uint8_t* where) {
  if (tensor.precision == Precision::kBf16 && out.precision == Precision::kBf16) {
    largest_bf16(static_cast<const std::uint16_t*>(tensor.data), taps, channels,
                 static_cast<std::uint16_t*>(out.data), where);
    return;
  }
  with_types(tensor, out, [&](const auto* from, auto* to) HWY_ATTR {
    for_each(channels, [&](auto d, std::size_t c) HWY_ATTR {
      const hn::Rebind<std::uint8_t, decltype(d)> bytes;
      const hn::Rebind<std::int32_t, decltype(d)> wide;
      auto best = load(d, from + taps[0].value + c);
      auto position = hn::Set(wide, taps[0].position);
      for (const Tap& tap : taps.subspan(1)) {
        const auto x = load(d, from + tap.value + c);
        const auto larger = hn::Or(x > best, hn::IsNaN(x));
        best = hn::IfThenElse(larger, x, best);
        position =
            hn::IfThenElse(hn::RebindMask(wide, larger), hn::Set(wide, tap.position), position);
      }
      store(d, best, to + c);
      if (where != nullptr) hn::StoreU(hn::DemoteTo(bytes, position), bytes, where + c);
    });
  });
}

void sum(In tensor, const std::uint8_t* where, std::span<const Tap> taps, std::size_t channels,
         Out out) {
  with_types(tensor, out, [&](const auto* from, auto* to) HWY_ATTR {
    for_each(channels, [&](auto d, std::size_t c) HWY_ATTR {
      const hn::Rebind<std::uint8_t, decltype(d)> bytes;
      const hn::Rebind<std::int32_t, decltype(d)> wide;
      auto total = hn::Zero(d);
      for (const Tap& tap : taps) {
        auto x = load(d, from + tap.value + c);
        if (where != nullptr) {
          const auto held = hn::PromoteTo(wide, hn::LoadU(bytes, where + tap.value + c));
          x = hn::IfThenElseZero(hn::RebindMask(d, held == hn::Set(wide, tap.position)), x);
        }
        total = total + x;
      }
      store(d, total, to + c);
    });
  });
}

Differences compare(const float* values, const std::uint8_t* bytes, std::size_t count, float factor,
                    Out gradient) {
  Differences sums;
  with_types({}, gradient, [&](const auto*, auto* to) HWY_ATTR {
    for_each(count, [&](auto d, std::size_t i) HWY_ATTR {
      const auto target = load(d, bytes + i) * hn::Set(d, 1.0F / 255.0F);
      const auto difference = load(d, values + i) - target;
      if (to != nullptr) store(d, difference * hn::Set(d, factor), to + i);
      sums.squared += hn::GetLane(hn::SumOfLanes(d, difference * difference));
      sums.absolute += hn::GetLane(hn::SumOfLanes(d, hn::Abs(difference)));
    });
  });
  return sums;
}

void adam(const AdamFactors& factors, const float* gradient, std::size_t count, float* first,
          float* second, float* weights) {
  for_each(count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto g = load(d, gradient + i);
    const auto beta1 = hn::Set(d, factors.beta1);
    const auto beta2 = hn::Set(d, factors.beta2);
    const auto m = hn::MulAdd(beta1, load(d, first + i) - g, g);
    const auto v = hn::MulAdd(beta2, load(d, second + i) - g * g, g * g);
    store(d, m, first + i);
    store(d, v, second + i);
    const auto move = hn::Set(d, factors.step) * m / (hn::Sqrt(v) + hn::Set(d, factors.epsilon));
    store(d, load(d, weights + i) - move, weights + i);
  });
}

}  // namespace likeness::vectors::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace likeness::vectors {

HWY_EXPORT(load_bytes);
HWY_EXPORT(copy);
HWY_EXPORT(add);
HWY_EXPORT(relu);
HWY_EXPORT(relu_backward);
HWY_EXPORT(sigmoid);
HWY_EXPORT(sigmoid_backward);
HWY_EXPORT(add_moments);
HWY_EXPORT(scale_and_shift);
HWY_EXPORT(add_gradient_moments);
HWY_EXPORT(normalise_backward);
HWY_EXPORT(add_row_products);
HWY_EXPORT(largest);
HWY_EXPORT(sum);
HWY_EXPORT(compare);
HWY_EXPORT(adam);

void load_bytes(const std::uint8_t* bytes, std::size_t count, Out out) {
  HWY_DYNAMIC_DISPATCH(load_bytes)(bytes, count, out);
}
void copy(In in, std::size_t count, Out out) { HWY_DYNAMIC_DISPATCH(copy)(in, count, out); }
void add(In a, In b, std::size_t count, Out out) { HWY_DYNAMIC_DISPATCH(add)(a, b, count, out); }
void relu(In in, float slope, std::size_t count, Out out) {
  HWY_DYNAMIC_DISPATCH(relu)(in, slope, count, out);
}
void relu_backward(In out_value, float slope, In gradient, std::size_t count, Out in_gradient) {
  HWY_DYNAMIC_DISPATCH(relu_backward)(out_value, slope, gradient, count, in_gradient);
}
void sigmoid(In in, std::size_t count, Out out) { HWY_DYNAMIC_DISPATCH(sigmoid)(in, count, out); }
void sigmoid_backward(In out_value, In gradient, std::size_t count, Out in_gradient) {
  HWY_DYNAMIC_DISPATCH(sigmoid_backward)(out_value, gradient, count, in_gradient);
}
void add_moments(In in, Rows rows, const float* centre, float* sums, float* squares) {
  HWY_DYNAMIC_DISPATCH(add_moments)(in, rows, centre, sums, squares);
}
void scale_and_shift(In in, Rows rows, const float* scale, const float* shift, float slope,
                     Out out) {
  HWY_DYNAMIC_DISPATCH(scale_and_shift)(in, rows, scale, shift, slope, out);
}
void add_gradient_moments(In in, In gradient, Rows rows, const Affine& affine, float* sums,
                          float* products) {
  HWY_DYNAMIC_DISPATCH(add_gradient_moments)(in, gradient, rows, affine, sums, products);
}
void normalise_backward(In in, In gradient, Rows rows, const Affine& affine,
                        const Correction& correction, Out in_gradient) {
  HWY_DYNAMIC_DISPATCH(normalise_backward)(in, gradient, rows, affine, correction, in_gradient);
}
void add_row_products(In in, In gradient, Rows columns, float* sums) {
  HWY_DYNAMIC_DISPATCH(add_row_products)(in, gradient, columns, sums);
}
void largest(In tensor, std::span<const Tap> taps, std::size_t channels, Out out,
             std::uint8_t* where) {
  HWY_DYNAMIC_DISPATCH(largest)(tensor, taps, channels, out, where);
}
void sum(In tensor, const std::uint8_t* where, std::span<const Tap> taps, std::size_t channels,
         Out out) {
  HWY_DYNAMIC_DISPATCH(sum)(tensor, where, taps, channels, out);
}
Differences compare(const float* values, const std::uint8_t* bytes, std::size_t count, float factor,
                    Out gradient) {
  return HWY_DYNAMIC_DISPATCH(compare)(values, bytes, count, factor, gradient);
}
void adam(const AdamFactors& factors, const float* gradient, std::size_t count, float* first,
          float* second, float* weights) {
  HWY_DYNAMIC_DISPATCH(adam)(factors, gradient, count, first, second, weights);
}

}  // namespace likeness::vectors
#endif
