// Rows moved so that their mean is 0: then squared distances taken from |x|^2 lose nothing.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/neighbours/rows.hpp"

namespace likeness {

struct Centred {
  std::size_t dimensions = 1;       // D
  std::vector<float> values = {};   // N x D
  std::vector<float> squares = {};  // |row|^2
  std::vector<float> mean = {};     // D, which was taken away
  double variance = 0.0;            // mean of those of all dimensions

  [[nodiscard]] Rows rows() const { return {values, dimensions}; }
};

[[nodiscard]] Centred centre(const Rows& rows);

}  // namespace likeness
