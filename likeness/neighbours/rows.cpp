#include "likeness/neighbours/rows.hpp"

#include <cmath>
#include <string>

#include "likeness/base/error.hpp"

namespace likeness {

std::vector<float> rows_of(const Rows& rows, std::span<const std::size_t> items) {
  std::vector<float> values;
  values.reserve(items.size() * rows.dimensions());
  for (const std::size_t item : items) {
    values.insert(values.end(), rows.row(item).begin(), rows.row(item).end());
  }
  return values;
}

void check_rows(const Rows& rows, std::string_view what) {
  for (std::size_t i = 0; i < rows.count(); ++i) {
    // Summed rather than tested one by one, so that the compiler can use SIMD.
    bool usable = true;
    for (const float value : rows.row(i)) usable &= std::abs(value) <= kLargestValue;
    if (usable) continue;
    throw Error(Error::Kind::kInput, std::string(what) + ": row " + std::to_string(i) +
                                         " holds a number that is infinite, not a number or beyond "
                                         "1e15; make these vectors again");
  }
}

}  // namespace likeness
