// Pictures of few columns laid side by side as one wide picture.
#pragma once

#include <cstddef>

#include "likeness/compute/tensor.hpp"

namespace likeness {

// (N, H, W, C) becomes (1, H, N * (W + gap) - gap, C) with zeros between the pictures, so that a
// convolution whose padding is no wider than the gap gives the same for each of them.
class SideBySide {
 public:
  SideBySide(const Shape& pictures, std::size_t gap, Precision precision);

  [[nodiscard]] const Tensor& wide() const noexcept { return wide_; }
  void lay(const Tensor& pictures) const;   // fills wide()
  void take(const Tensor& pictures) const;  // out of wide(), without what is between them

 private:
  // copy(value of the pictures, value of the wide one, whether nothing is to the right of it) for
  // each row of pixels of each picture.
  template <typename Copy>
  void for_rows(const Copy& copy) const;

  Shape pictures_;
  std::size_t gap_;
  AlignedBuffer memory_;
  Tensor wide_;
};

}  // namespace likeness
