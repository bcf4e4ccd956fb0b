// The loss of learning by contrast: NT-Xent, the normalised temperature-scaled cross entropy of
// SimCLR (Chen and others, ICML 2020).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/compute/convolution.hpp"
#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/ranks.hpp"

namespace likeness {

// For vectors of length 1 in pairs: row i and row i + N/2 of N belong together. Each vector is to
// tell its partner from the N - 2 others: the mean over all rows i of
//   -log( exp(z_i z_partner / temperature) / sum over k != i of exp(z_i z_k / temperature) )
// Computed in blocks of rows, each by one thread of one rank: the same for every number of both.
class ContrastLoss {
 public:
  struct Options {
    std::size_t rows = 0;  // even and at least 4: with two, there is nobody to tell apart
    std::size_t dimensions = 0;
    float temperature = 0.2F;
    std::size_t block = 1;  // rows, a divisor of all
    Ranks ranks{};
  };
  // The pool must outlive it.
  ContrastLoss(const Options& options, ThreadPool& pool);

  // All ranks, each with all z, (N, D): the loss, and its gradient by the rows of the own share of
  // the blocks, in their places in `gradient`, (N, D).
  double run(std::span<const float> z, std::span<float> gradient);

 private:
  // The products of a block, in the context of a worker.
  struct Worker {
    Worker(const Matrix& block, const Matrix& all);

    Context context;
    MatrixProduct similarities, gradients;
  };
  // What all ranks need to know of a row.
  struct Row {
    float sum = 0.0F;      // of the exponentials of its similarities, without its own
    float partner = 0.0F;  // the exponent of its partner's
  };
  [[nodiscard]] Row exponentiate(std::size_t row, std::span<float> similarities) const;
  void weigh(std::size_t row, std::span<float> exponentials) const;
  [[nodiscard]] std::size_t partner_of(std::size_t row) const {
    return (row + options_.rows / 2) % options_.rows;
  }

  Options options_;
  ThreadPool& pool_;
  Share own_;                    // blocks
  AlignedBuffer similarity_;     // (own rows, N); then exponentials, then the gradient by them
  std::vector<Row> rows_;        // of all ranks
  std::vector<float> inverses_;  // of the sums
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace likeness
