// Convolutions, transposed convolutions and dense layers: what oneDNN does for us.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "likeness/compute/context.hpp"
#include "likeness/compute/tensor.hpp"

namespace likeness {

enum class Use { kInference, kTraining };

struct ConvolutionGeometry {
  Shape in;  // of the whole batch
  Shape out;
  std::size_t kernel = 1;
  std::size_t stride = 1;
  std::size_t groups = 1;
  std::size_t pad_before = 0;  // rows; below and right as many as `out` needs
  std::size_t pad_before_columns = 0;
  bool transposed = false;  // output[y * stride - pad + k] += input[y] * weights[k]
  bool bias = false;
  bool relu = false;  // fused behind it: inference only
};

// One convolution prepared for one batch size. Weights are given as F32 (O, I / groups, K, K);
// the copies that the processor computes with are made by set_weights.
class Convolution {
 public:
  // The context outlives it. `like` is another of the same geometry, precisions and use, or none:
  // both compute with the same copies, so that set_weights() of one is that of both.
  Convolution(Context& context, const ConvolutionGeometry& geometry, Precision in, Precision out,
              Use use, const Convolution* like = nullptr);
  ~Convolution();
  Convolution(Convolution&&) noexcept;
  Convolution& operator=(Convolution&&) noexcept;
  Convolution(const Convolution&) = delete;
  Convolution& operator=(const Convolution&) = delete;

  void set_weights(std::span<const float> weights);
  // `bias` has O values, or none if the geometry says so.
  void forward(const Tensor& in, std::span<const float> bias, const Tensor& out);

  // Training only. Gradients are written, not added.
  void backward_input(const Tensor& out_gradient, const Tensor& in_gradient);
  void backward_weights(const Tensor& in, const Tensor& out_gradient,
                        std::span<float> weights_gradient, std::span<float> bias_gradient);

 private:
  struct Prepared;
  std::unique_ptr<Prepared> prepared_;
};

// C (M x N) = A (M x K) * B (K x N), row-major. A transposed operand is given by its strides.
struct Matrix {
  const void* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t row_stride = 0;     // in values
  std::size_t column_stride = 1;  // 1, or row_stride = 1 for a transposed matrix
  Precision precision = Precision::kF32;

  [[nodiscard]] Matrix transposed() const noexcept {
    return {.data = data,
            .rows = columns,
            .columns = rows,
            .row_stride = column_stride,
            .column_stride = row_stride,
            .precision = precision};
  }
};

// A product prepared for the shapes, strides and precisions of its operands; `bias` (N values) is
// added to each row if it was asked for.
class MatrixProduct {
 public:
  // The context outlives it.
  MatrixProduct(Context& context, const Matrix& a, const Matrix& b, Precision c, bool bias = false);
  ~MatrixProduct();
  MatrixProduct(MatrixProduct&&) noexcept;
  MatrixProduct& operator=(MatrixProduct&&) noexcept;
  MatrixProduct(const MatrixProduct&) = delete;
  MatrixProduct& operator=(const MatrixProduct&) = delete;

  void run(const void* a, const void* b, void* c, const float* bias = nullptr);

 private:
  struct Prepared;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace likeness
