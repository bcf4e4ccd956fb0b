// How far the numbers of a part of a descriptor lie apart, plainly.
#pragma once

#include <cmath>

#include "likeness/encoder/parts.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

// The root of the summed variances of these numbers of all rows.
inline double plain_spread(const Rows& rows, const Part& part) {
  const auto count = static_cast<double>(rows.count());
  double variance = 0.0;
  for (std::size_t d = part.begin; d < part.begin + part.size; ++d) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      const auto value = static_cast<double>(rows.row(i)[d]);
      sum += value;
      squares += value * value;
    }
    variance += squares / count - sum / count * (sum / count);
  }
  return std::sqrt(variance);
}

}  // namespace likeness
