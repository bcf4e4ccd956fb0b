#include "likeness/encoder/contrast_loss.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace likeness {
namespace {

constexpr std::size_t kBlock = 32;  // rows

Matrix matrix(std::size_t rows, std::size_t columns) {
  return {.rows = rows, .columns = columns, .row_stride = columns, .column_stride = 1};
}

}  // namespace

ContrastLoss::ContrastLoss(std::size_t rows, std::size_t dimensions, float temperature,
                           ThreadPool& pool)
    : rows_(rows),
      dimensions_(dimensions),
      temperature_(temperature),
      pool_(pool),
      blocks_((rows + kBlock - 1) / kBlock),
      shares_(rows),
      similarity_(rows * rows * sizeof(float)),
      symmetric_(rows * rows * sizeof(float)),
      workers_(std::min(pool.threads(), blocks_)) {
  assert(rows >= 4 && rows % 2 == 0);
  for (auto& worker : workers_) {
    worker = std::make_unique<Worker>();
    worker->products.push_back(products(worker->context, kBlock));
    if (rows % kBlock != 0) {
      worker->products.push_back(products(worker->context, rows % kBlock));
    }
  }
}

ContrastLoss::Products ContrastLoss::products(Context& context, std::size_t rows) const {
  const auto all = matrix(rows_, dimensions_);
  return {.similarities = {context, matrix(rows, dimensions_), all.transposed(), Precision::kF32},
          .gradients = {context, matrix(rows, rows_), all, Precision::kF32}};
}

ContrastLoss::Products& ContrastLoss::products_of(std::size_t block, std::size_t worker) {
  return workers_[worker]->products[rows_of(block) == kBlock ? 0 : 1];
}

std::size_t ContrastLoss::rows_of(std::size_t block) const {
  return std::min(kBlock, rows_ - block * kBlock);
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

// Row i of the gradient by similarities and column i, for z_i stands in both.
void ContrastLoss::add_transposed(std::size_t row) {
  const auto by_similarity = similarity_.floats();
  const auto symmetric = symmetric_.floats().subspan(row * rows_, rows_);
  for (std::size_t column = 0; column < rows_; ++column) {
    symmetric[column] = by_similarity[row * rows_ + column] + by_similarity[column * rows_ + row];
  }
}

double ContrastLoss::run(std::span<const float> z, std::span<float> gradient) {
  pool_.run(blocks_, [&](std::size_t block, std::size_t worker) {
    const std::size_t begin = block * kBlock;
    products_of(block, worker)
        .similarities.run(z.data() + begin * dimensions_, z.data(),
                          similarity_.floats().data() + begin * rows_);
    for (std::size_t i = 0; i < rows_of(block); ++i) shares_[begin + i] = row_gradient(begin + i);
  });
  pool_.run(blocks_, [&](std::size_t block, std::size_t worker) {
    const std::size_t begin = block * kBlock;
    for (std::size_t i = 0; i < rows_of(block); ++i) add_transposed(begin + i);
    products_of(block, worker)
        .gradients.run(symmetric_.floats().data() + begin * rows_, z.data(),
                       gradient.data() + begin * dimensions_);
  });
  return std::accumulate(shares_.begin(), shares_.end(), 0.0) / static_cast<double>(rows_);
}

}  // namespace likeness
