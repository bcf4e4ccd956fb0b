// N vectors of D numbers each, row by row: what every algorithm of this module takes.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace likeness {

// A view: valid as long as the numbers it was made from.
class Rows {
 public:
  Rows() = default;
  Rows(std::span<const float> values, std::size_t dimensions)
      : values_(values), dimensions_(dimensions) {
    assert(dimensions > 0 && values.size() % dimensions == 0);
  }

  [[nodiscard]] std::size_t count() const noexcept { return values_.size() / dimensions_; }
  [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
  [[nodiscard]] std::span<const float> values() const noexcept { return values_; }
  [[nodiscard]] std::span<const float> row(std::size_t i) const noexcept {
    return values_.subspan(i * dimensions_, dimensions_);
  }

 private:
  std::span<const float> values_;
  std::size_t dimensions_ = 1;
};

// The rows of these items, one behind the other.
[[nodiscard]] std::vector<float> rows_of(const Rows& rows, std::span<const std::size_t> items);

// A number beyond this cannot be squared and summed in float.
inline constexpr float kLargestValue = 1e15F;

// Throws Error::kInput, naming `what` and the row, unless every number is finite and no larger in
// size than kLargestValue. Everything behind this check may rely on distances being numbers.
void check_rows(const Rows& rows, std::string_view what);

}  // namespace likeness
