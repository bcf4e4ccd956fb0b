#include "likeness/neighbours/centred.hpp"

namespace likeness {

Centred centre(const Rows& rows) {
  const std::size_t dimensions = rows.dimensions();
  const auto count = static_cast<double>(rows.count());
  std::vector<double> sums(dimensions);
  for (std::size_t i = 0; i < rows.count(); ++i) {
    for (std::size_t d = 0; d < dimensions; ++d) sums[d] += rows.row(i)[d];
  }
  Centred centred{.dimensions = dimensions};
  centred.values.assign(rows.values().begin(), rows.values().end());
  for (const double sum : sums) centred.mean.push_back(static_cast<float>(sum / count));
  double total = 0.0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    double square = 0.0;
    for (std::size_t d = 0; d < dimensions; ++d) {
      float& value = centred.values[i * dimensions + d];
      value -= centred.mean[d];
      square += double{value} * double{value};
    }
    centred.squares.push_back(static_cast<float>(square));
    total += square;
  }
  centred.variance = total / (count * static_cast<double>(dimensions));
  return centred;
}

}  // namespace likeness
