// The filter that resizes one side of a picture, as a table of weights in fixed point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace likeness {

// Weights of one pixel sum to 2^14; between the two passes a sample keeps 7 bits behind the point.
// Both fit 16 signed bits, whose products vector units are quick at, and 255 * 2^7 * 2^14 < 2^31:
// nothing overflows however many source pixels there are.
inline constexpr int kWeightBits = 14;
inline constexpr int kFractionBits = 7;

// The part of a side, in old pixels, that becomes the whole new side.
struct SideInterval {
  double begin = 0.0;
  double length = 0.0;
};

// What one new row or column is made of: `weights` of the old ones from `first` on.
struct Taps {
  std::size_t first = 0;
  std::span<const std::int16_t> weights;
};

// Its triangle reaches one old or one new pixel to each side of the centre, whichever is wider; at
// the picture's border it is cut off and scaled up to full weight.
class TriangleFilter {
 public:
  // Each pixel's weights are filled up with zeros to a multiple of `multiple`, and may then stand
  // for pixels beyond the old side.
  TriangleFilter(int old_length, SideInterval source, int new_length, std::size_t multiple = 1);

  [[nodiscard]] std::size_t size() const noexcept { return starts_.size(); }
  [[nodiscard]] Taps taps(std::size_t i) const noexcept {
    const std::size_t end = i + 1 < starts_.size() ? starts_[i + 1] : weights_.size();
    return {.first = firsts_[i],
            .weights = std::span(weights_).subspan(starts_[i], end - starts_[i])};
  }

 private:
  void add(int first, int end, double centre, double radius);

  std::vector<std::size_t> firsts_;
  std::vector<std::size_t> starts_;
  std::vector<std::int16_t> weights_;
};

}  // namespace likeness
