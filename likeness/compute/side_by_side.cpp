#include "likeness/compute/side_by_side.hpp"

#include <cstring>

#include "likeness/compute/vectors.hpp"

namespace likeness {

SideBySide::SideBySide(const Shape& pictures, std::size_t gap, Precision precision)
    : pictures_(pictures),
      gap_(gap),
      wide_{.shape = {.n = 1,
                      .c = pictures.c,
                      .h = pictures.h,
                      .w = pictures.n * (pictures.w + gap) - gap},
            .precision = precision} {
  memory_ = AlignedBuffer(wide_.bytes());
  wide_.data = memory_.data();
}

template <typename Copy>
void SideBySide::for_rows(const Copy& copy) const {
  const std::size_t values = pictures_.w * pictures_.c;
  const std::size_t wide_values = values + gap_ * pictures_.c;
  const std::size_t wide_row = wide_.shape.w * pictures_.c;
  const auto copy_row = [&](std::size_t picture, std::size_t row) {
    copy((picture * pictures_.h + row) * values, row * wide_row + picture * wide_values,
         picture + 1 == pictures_.n);
  };
  for (std::size_t picture = 0; picture < pictures_.n; ++picture) {
    for (std::size_t row = 0; row < pictures_.h; ++row) copy_row(picture, row);
  }
}

void SideBySide::lay(const Tensor& pictures) const {
  const std::size_t column = pictures_.c * bytes_per_value(wide_.precision);
  const std::size_t row = pictures_.w * column;
  for_rows([&](std::size_t from, std::size_t to, bool last) {
    auto* target = static_cast<std::byte*>(vectors::at(wide_, to));
    std::memcpy(target, vectors::at(pictures, from), row);
    if (!last) std::memset(target + row, 0, gap_ * column);
  });
}

void SideBySide::take(const Tensor& pictures) const {
  const std::size_t row = pictures_.w * pictures_.c * bytes_per_value(wide_.precision);
  for_rows([&](std::size_t to, std::size_t from, bool) {
    std::memcpy(vectors::at(pictures, to), vectors::at(wide_, from), row);
  });
}

}  // namespace likeness
