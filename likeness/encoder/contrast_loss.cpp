#include "likeness/encoder/contrast_loss.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "likeness/compute/parallel_ranges.hpp"

namespace likeness {
namespace {

Matrix matrix(std::size_t rows, std::size_t columns) {
  return {.rows = rows, .columns = columns, .row_stride = columns, .column_stride = 1};
}

}  // namespace

ContrastLoss::ContrastLoss(std::size_t rows, std::size_t dimensions, float temperature)
    : rows_(rows),
      temperature_(temperature),
      shares_(rows),
      similarity_(rows * rows * sizeof(float)),
      symmetric_(rows * rows * sizeof(float)),
      similarities_(std::make_unique<MatrixProduct>(
          matrix(rows, dimensions), matrix(rows, dimensions).transposed(), Precision::kF32)),
      gradients_(std::make_unique<MatrixProduct>(matrix(rows, rows), matrix(rows, dimensions),
                                                 Precision::kF32)) {
  assert(rows >= 4 && rows % 2 == 0);
}

// From a row of similarities to the gradient by them, of this row's share of the loss; returns the
// share.
double ContrastLoss::row_gradient(std::size_t row) {
  const auto values = similarity_.floats().subspan(row * rows_, rows_);
  const std::size_t partner = (row + rows_ / 2) % rows_;
  const float own = values[partner] / temperature_;
  values[row] = -INFINITY;  // it is not compared with itself
  const float largest = *std::ranges::max_element(values) / temperature_;
  float sum = 0.0F;
  for (float& value : values) {
    value = std::exp(value / temperature_ - largest);
    sum += value;
  }
  const float scale = 1.0F / (sum * temperature_ * static_cast<float>(rows_));
  for (float& value : values) value *= scale;
  values[partner] -= 1.0F / (temperature_ * static_cast<float>(rows_));
  return static_cast<double>(largest - own) + std::log(static_cast<double>(sum));
}

double ContrastLoss::run(std::span<const float> z, std::span<float> gradient) {
  similarities_->run(z.data(), z.data(), similarity_.data());
  parallel_ranges(rows_, 16, [&](std::size_t begin, std::size_t end, std::size_t) {
    for (std::size_t row = begin; row < end; ++row) shares_[row] = row_gradient(row);
  });
  const auto by_similarity = similarity_.floats();
  const auto symmetric = symmetric_.floats();
  parallel_ranges(rows_, 16, [&](std::size_t begin, std::size_t end, std::size_t) {
    for (std::size_t row = begin; row < end; ++row) {
      for (std::size_t column = 0; column < rows_; ++column) {
        symmetric[row * rows_ + column] =
            by_similarity[row * rows_ + column] + by_similarity[column * rows_ + row];
      }
    }
  });
  gradients_->run(symmetric_.data(), z.data(), gradient.data());
  return std::accumulate(shares_.begin(), shares_.end(), 0.0) / static_cast<double>(rows_);
}

}  // namespace likeness
