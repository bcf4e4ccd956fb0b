#include "likeness/encoder/contrast_loss.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace likeness {
namespace {

Matrix matrix(std::size_t rows, std::size_t columns) {
  return {.rows = rows, .columns = columns, .row_stride = columns, .column_stride = 1};
}

}  // namespace

ContrastLoss::Worker::Worker(const Matrix& block, const Matrix& all)
    : similarities(context, block, all.transposed(), Precision::kF32),
      gradients(context, matrix(block.rows, all.rows), all, Precision::kF32) {}

ContrastLoss::ContrastLoss(const Options& options, ThreadPool& pool)
    : options_(options),
      pool_(pool),
      own_(options.ranks.share_of(options.rows / options.block)),
      similarity_(own_.size() * options.block * options.rows * sizeof(float)),
      rows_(options.rows),
      inverses_(options.rows),
      workers_(std::min(pool.threads(), own_.size())) {
  assert(options.rows >= 4 && options.rows % 2 == 0 && options.rows % options.block == 0);
  for (auto& worker : workers_) {
    worker = std::make_unique<Worker>(matrix(options.block, options.dimensions),
                                      matrix(options.rows, options.dimensions));
  }
}

// Vectors of length 1 have similarities up to 1, so that no exponential is above 1, and all rows
// have the same factor: row i has of k what row k has of i.
ContrastLoss::Row ContrastLoss::exponentiate(std::size_t row, std::span<float> similarities) const {
  Row result{.partner = (similarities[partner_of(row)] - 1.0F) / options_.temperature};
  for (float& value : similarities) value = std::exp((value - 1.0F) / options_.temperature);
  similarities[row] = 0.0F;  // it is not compared with itself
  for (const float value : similarities) result.sum += value;
  return result;
}

// To the gradient by similarities. z_i stands in row i and in column i, whose sums are the others'.
void ContrastLoss::weigh(std::size_t row, std::span<float> exponentials) const {
  const float scale = 1.0F / (options_.temperature * static_cast<float>(options_.rows));
  const float own = inverses_[row];
  for (std::size_t k = 0; k < exponentials.size(); ++k) {
    exponentials[k] *= scale * (own + inverses_[k]);
  }
  exponentials[partner_of(row)] -= 2.0F * scale;
}

double ContrastLoss::run(std::span<const float> z, std::span<float> gradient) {
  const std::size_t block = options_.block;
  const auto row_of = [&](std::size_t own_row) {
    return similarity_.floats().subspan(own_row * options_.rows, options_.rows);
  };
  const std::size_t first = own_.begin * block;
  pool_.run(own_.size(), [&](std::size_t i, std::size_t worker) {
    const float* const vectors = z.data() + (first + i * block) * options_.dimensions;
    workers_[worker]->similarities.run(vectors, z.data(), row_of(i * block).data());
    for (std::size_t row = i * block; row < (i + 1) * block; ++row) {
      rows_[first + row] = exponentiate(first + row, row_of(row));
    }
  });
  options_.ranks.gather(std::span(rows_), options_.rows / block);
  double loss = 0.0;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    inverses_[row] = 1.0F / rows_[row].sum;
    loss += std::log(static_cast<double>(rows_[row].sum)) - static_cast<double>(rows_[row].partner);
  }
  pool_.run(own_.size(), [&](std::size_t i, std::size_t worker) {
    for (std::size_t row = i * block; row < (i + 1) * block; ++row) weigh(first + row, row_of(row));
    workers_[worker]->gradients.run(row_of(i * block).data(), z.data(),
                                    gradient.data() + (first + i * block) * options_.dimensions);
  });
  return loss / static_cast<double>(options_.rows);
}

}  // namespace likeness
