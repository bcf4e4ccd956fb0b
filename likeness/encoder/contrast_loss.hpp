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

namespace likeness {

// For vectors of length 1 in pairs: row i and row i + N/2 of N belong together. Each vector is to
// tell its partner from the N - 2 others: the mean over all rows i of
//   -log( exp(z_i z_partner / temperature) / sum over k != i of exp(z_i z_k / temperature) )
// Computed in blocks of rows, each by one thread: the same for every number of threads.
class ContrastLoss {
 public:
  // `rows` is even and at least 4: with two, there is nobody to tell apart. The pool must outlive
  // it.
  ContrastLoss(std::size_t rows, std::size_t dimensions, float temperature, ThreadPool& pool);

  // The loss, and its gradient by every number of z; both are (N, D).
  double run(std::span<const float> z, std::span<float> gradient);

 private:
  // The products of a block of so many rows, in the context of a worker.
  struct Products {
    MatrixProduct similarities, gradients;
  };
  struct Worker {
    Context context;
    std::vector<Products> products;  // of a whole block, and of what is left behind the last
  };
  [[nodiscard]] Products products(Context& context, std::size_t rows) const;
  [[nodiscard]] Products& products_of(std::size_t block, std::size_t worker);
  [[nodiscard]] std::size_t rows_of(std::size_t block) const;
  double row_gradient(std::size_t row);
  void add_transposed(std::size_t row);

  std::size_t rows_;
  std::size_t dimensions_;
  float temperature_;
  ThreadPool& pool_;
  std::size_t blocks_;
  std::vector<double> shares_;  // of the loss, by row
  AlignedBuffer similarity_;    // (N, N); then its gradient
  AlignedBuffer symmetric_;     // that gradient and its transpose added
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace likeness
