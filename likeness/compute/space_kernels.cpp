// The kernels of kernels.hpp that move between pictures of different sizes.
#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <span>
#include <vector>

#include "likeness/compute/kernels.hpp"
#include "likeness/compute/vectors.hpp"

namespace likeness {
namespace {

using vectors::at;
using vectors::from;
using vectors::to;

// body(picture, row) for each row of pixels.
template <typename Body>
void for_rows(const Shape& shape, const Body& body) {
  for (std::size_t picture = 0; picture < shape.n; ++picture) {
    for (std::size_t row = 0; row < shape.h; ++row) body(picture, row);
  }
}

// Where pixel (row, column) of a picture begins, in values.
std::size_t pixel(const Shape& shape, std::size_t picture, std::size_t row, std::size_t column) {
  return ((picture * shape.h + row) * shape.w + column) * shape.c;
}

// At most this many pixels take part in one output pixel: a pooling window of 15 x 15.
constexpr std::size_t kMostTaps = 225;

// All its taps are set to 0 when it is made: that is for once a row, not for each pixel.
class Taps {
 public:
  void clear() { count_ = 0; }
  void add(std::size_t value, std::size_t position) {
    assert(count_ < kMostTaps);
    taps_[count_++] = {.value = value, .position = static_cast<std::uint8_t>(position)};
  }
  [[nodiscard]] std::span<const vectors::Tap> all() const { return {taps_.data(), count_}; }

 private:
  std::array<vectors::Tap, kMostTaps> taps_;
  std::size_t count_ = 0;
};

}  // namespace

namespace {

// Along one axis: for each position of the target the positions of the source it meets, and the tap
// of the window by which it does.
struct Meeting {
  std::size_t source = 0;
  std::size_t tap = 0;
};
// Output positions meet the input positions in their window, or the other way round.
enum class Way { kForward, kBackward };

// The meetings of all positions; no position has more than the window has taps. Set again, it keeps
// its memory: a step of training is to allocate nothing.
class Axis {
 public:
  void set(Way way, std::size_t in, std::size_t out, const Pooling& pooling, std::size_t pad) {
    taps_ = pooling.kernel;
    counts_.assign(way == Way::kForward ? out : in, 0);
    meetings_.resize(counts_.size() * taps_);
    for (std::size_t o = 0; o < out; ++o) {
      for (std::size_t tap = 0; tap < taps_; ++tap) {
        const std::size_t i = o * pooling.stride + tap - pad;
        if (i >= in) continue;  // also what lies before 0
        if (way == Way::kForward) {
          add(o, {.source = i, .tap = tap});
        } else {
          add(i, {.source = o, .tap = tap});
        }
      }
    }
  }
  [[nodiscard]] std::span<const Meeting> of(std::size_t target) const {
    return std::span(meetings_).subspan(target * taps_, counts_[target]);
  }

 private:
  void add(std::size_t target, const Meeting& meeting) {
    meetings_[target * taps_ + counts_[target]++] = meeting;
  }

  std::size_t taps_ = 0;
  std::vector<std::size_t> counts_;
  std::vector<Meeting> meetings_;
};

// Calls body(value of the target's pixel, taps into the source) for each pixel of the target.
template <typename Body>
void for_windows(Way way, const Shape& in, const Shape& out, const Pooling& pooling,
                 const Body& body) {
  static thread_local Axis rows;
  static thread_local Axis columns;
  rows.set(way, in.h, out.h, pooling, pooling.pad_before);
  columns.set(way, in.w, out.w, pooling, pooling.pad_before_columns);
  const Shape& target = way == Way::kForward ? out : in;
  const Shape& source = way == Way::kForward ? in : out;
  for_rows(target, [&](std::size_t picture, std::size_t y) {
    Taps taps;
    for (std::size_t x = 0; x < target.w; ++x) {
      taps.clear();
      for (const auto& row : rows.of(y)) {
        for (const auto& column : columns.of(x)) {
          taps.add(pixel(source, picture, row.source, column.source),
                   row.tap * pooling.kernel + column.tap);
        }
      }
      body(pixel(target, picture, y, x), taps.all());
    }
  });
}

}  // namespace

void depthwise_weights_gradient(const Tensor& in, const Tensor& out_gradient,
                                std::span<float> weights_gradient) {
  constexpr std::size_t kTaps = 3;  // along each axis
  const Shape& shape = in.shape;
  const std::size_t row = shape.w * shape.c;
  const std::size_t width = kTaps * kTaps * shape.c;
  assert(shape == out_gradient.shape && in.precision == out_gradient.precision);
  assert(weights_gradient.size() == width);
  static thread_local std::vector<float> sums;
  sums.assign(width, 0.0F);
  for_rows(shape, [&](std::size_t picture, std::size_t y) {
    for (std::size_t tap = 0; tap < kTaps; ++tap) {
      const std::size_t in_y = y + tap - 1;
      if (in_y >= shape.h) continue;  // also what lies before 0
      vectors::add_row_products(from(in, (picture * shape.h + in_y) * row),
                                from(out_gradient, (picture * shape.h + y) * row),
                                {.rows = shape.w, .channels = shape.c},
                                sums.data() + tap * kTaps * shape.c);
    }
  });
  // From [tap][channel] to [channel][tap].
  for (std::size_t i = 0; i < width; ++i) {
    weights_gradient[i] = sums[i % (kTaps * kTaps) * shape.c + i / (kTaps * kTaps)];
  }
}

void max_pool(const Tensor& in, const Pooling& pooling, const Tensor& out,
              std::span<std::uint8_t> where) {
  for_windows(Way::kForward, in.shape, out.shape, pooling,
              [&](std::size_t value, std::span<const vectors::Tap> taps) {
                vectors::largest(from(in, 0), taps, in.shape.c, to(out, value),
                                 where.empty() ? nullptr : where.data() + value);
              });
}

void max_pool_backward(const Tensor& out_gradient, const Pooling& pooling,
                       std::span<const std::uint8_t> where, const Tensor& in_gradient) {
  for_windows(Way::kBackward, in_gradient.shape, out_gradient.shape, pooling,
              [&](std::size_t value, std::span<const vectors::Tap> windows) {
                vectors::sum(from(out_gradient, 0), where.data(), windows, in_gradient.shape.c,
                             to(in_gradient, value));
              });
}

void add_upsampled(const Tensor& large, const Tensor& small, std::size_t factor,
                   const Tensor& out) {
  const std::size_t channels = small.shape.c;
  for_rows(out.shape, [&](std::size_t picture, std::size_t y) {
    for (std::size_t x = 0; x < out.shape.w; ++x) {
      const std::size_t target = pixel(out.shape, picture, y, x);
      const std::size_t source = pixel(small.shape, picture, y / factor, x / factor);
      if (large.data == nullptr) {
        vectors::copy(from(small, source), channels, to(out, target));
      } else {
        vectors::add(from(large, target), from(small, source), channels, to(out, target));
      }
    }
  });
}

void sum_blocks(const Tensor& large, std::size_t factor, const Tensor& small) {
  for_rows(small.shape, [&](std::size_t picture, std::size_t y) {
    Taps block;
    for (std::size_t x = 0; x < small.shape.w; ++x) {
      block.clear();
      for (std::size_t dy = 0; dy < factor; ++dy) {
        for (std::size_t dx = 0; dx < factor; ++dx) {
          block.add(pixel(large.shape, picture, y * factor + dy, x * factor + dx), 0);
        }
      }
      vectors::sum(from(large, 0), nullptr, block.all(), small.shape.c,
                   to(small, pixel(small.shape, picture, y, x)));
    }
  });
}

namespace {

// A pixel of `deep` holds factor rows of factor pixels of `wide`: copies row by row.
template <typename Copy>
void for_blocks(const Shape& deep, const Shape& wide, std::size_t factor, const Copy& copy) {
  for_rows(deep, [&](std::size_t picture, std::size_t y) {
    for (std::size_t x = 0; x < deep.w; ++x) {
      for (std::size_t dy = 0; dy < factor; ++dy) {
        copy(pixel(deep, picture, y, x) + dy * factor * wide.c,
             pixel(wide, picture, y * factor + dy, x * factor));
      }
    }
  });
}

}  // namespace

void depth_to_space(const Tensor& deep, std::size_t factor, const Tensor& wide) {
  const std::size_t count = factor * wide.shape.c;
  for_blocks(deep.shape, wide.shape, factor, [&](std::size_t in, std::size_t out) {
    vectors::copy(from(deep, in), count, to(wide, out));
  });
}

void space_to_depth(const Tensor& wide, std::size_t factor, const Tensor& deep) {
  const std::size_t count = factor * wide.shape.c;
  for_blocks(deep.shape, wide.shape, factor, [&](std::size_t out, std::size_t in) {
    vectors::copy(from(wide, in), count, to(deep, out));
  });
}

void crop(const Tensor& whole, std::size_t top, std::size_t left, const Tensor& part) {
  for_rows(part.shape, [&](std::size_t picture, std::size_t y) {
    vectors::copy(from(whole, pixel(whole.shape, picture, y + top, left)),
                  part.shape.w * part.shape.c, to(part, pixel(part.shape, picture, y, 0)));
  });
}

void uncrop(const Tensor& part, std::size_t top, std::size_t left, const Tensor& whole) {
  for_rows(whole.shape, [&](std::size_t picture, std::size_t y) {
    const std::size_t row = pixel(whole.shape, picture, y, 0);
    std::memset(at(whole, row), 0,
                whole.shape.w * whole.shape.c * bytes_per_value(whole.precision));
    if (y < top || y >= top + part.shape.h) return;
    vectors::copy(from(part, pixel(part.shape, picture, y - top, 0)), part.shape.w * part.shape.c,
                  to(whole, row + left * whole.shape.c));
  });
}

}  // namespace likeness
