// Matrix products and convolutions against plain loops in double.
#include "likeness/compute/convolution.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

std::vector<float> random_values(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values(count);
  for (auto& value : values) value = static_cast<float>(random.normal());
  return values;
}

TEST(MatrixProduct, AgreesWithThePlainLoop) {
  for (const std::size_t m : {1U, 3U, 17U}) {
    for (const std::size_t k : {1U, 5U, 64U}) {
      for (const std::size_t n : {1U, 7U, 31U}) {
        const auto a = random_values(m * k, 1);
        const auto b = random_values(n * k, 2);
        std::vector<float> c(m * n);
        const Matrix left{.data = a.data(), .rows = m, .columns = k, .row_stride = k};
        const Matrix right{.data = b.data(), .rows = n, .columns = k, .row_stride = k};
        matrix_product(left, right.transposed(), c);
        for (std::size_t i = 0; i < m; ++i) {
          for (std::size_t j = 0; j < n; ++j) {
            double sum = 0.0;
            for (std::size_t x = 0; x < k; ++x) {
              sum += static_cast<double>(a[i * k + x]) * static_cast<double>(b[j * k + x]);
            }
            ASSERT_NEAR(c[i * n + j], sum, 1e-4) << m << " " << k << " " << n;
          }
        }
      }
    }
  }
}

// Input pixel (y, x) and weight (ky, kx) give output pixel (y * stride + ky - pad, ...) where that
// exists: the definition of a transposed convolution, and read backwards of a convolution.
struct PlainConvolution {
  ConvolutionGeometry g;
  std::vector<double> out;

  PlainConvolution(const ConvolutionGeometry& geometry, const std::vector<float>& in,
                   const std::vector<float>& weights)
      : g(geometry), out(geometry.out.size()) {
    const Shape& small = g.transposed ? g.in : g.out;
    for (std::size_t n = 0; n < small.n; ++n) {
      for (std::size_t y = 0; y < small.h; ++y) {
        for (std::size_t x = 0; x < small.w; ++x) add(in, weights, n, y, x);
      }
    }
  }

  void add(const std::vector<float>& in, const std::vector<float>& weights, std::size_t n,
           std::size_t y, std::size_t x) {
    const Shape& large = g.transposed ? g.out : g.in;
    for (std::size_t ky = 0; ky < g.kernel; ++ky) {
      for (std::size_t kx = 0; kx < g.kernel; ++kx) {
        const std::size_t ly = y * g.stride + ky - g.pad_before;
        const std::size_t lx = x * g.stride + kx - g.pad_before_columns;
        if (ly >= large.h || lx >= large.w) continue;  // also what is below 0
        for (std::size_t o = 0; o < g.out.c; ++o) {
          for (std::size_t i = 0; i < g.in.c; ++i) {
            const auto weight =
                static_cast<double>(weights[((o * g.in.c + i) * g.kernel + ky) * g.kernel + kx]);
            const std::size_t in_pixel =
                g.transposed ? index(g.in, n, y, x) : index(g.in, n, ly, lx);
            const std::size_t out_pixel =
                g.transposed ? index(g.out, n, ly, lx) : index(g.out, n, y, x);
            out[out_pixel + o] += weight * static_cast<double>(in[in_pixel + i]);
          }
        }
      }
    }
  }

  static std::size_t index(const Shape& s, std::size_t n, std::size_t y, std::size_t x) {
    return ((n * s.h + y) * s.w + x) * s.c;
  }
};

TEST(Convolution, AgreesWithThePlainLoop) {
  const std::vector<ConvolutionGeometry> geometries{
      {.in = {.n = 2, .c = 3, .h = 7, .w = 5},
       .out = {.n = 2, .c = 5, .h = 4, .w = 3},
       .kernel = 3,
       .stride = 2,
       .pad_before = 1,
       .pad_before_columns = 1},
      {.in = {.n = 1, .c = 16, .h = 4, .w = 3},
       .out = {.n = 1, .c = 7, .h = 8, .w = 6},
       .kernel = 4,
       .stride = 2,
       .pad_before = 1,
       .pad_before_columns = 1,
       .transposed = true},
      {.in = {.n = 3, .c = 5, .h = 3, .w = 3}, .out = {.n = 3, .c = 16, .h = 3, .w = 3}}};
  for (const auto& geometry : geometries) {
    auto in = random_values(geometry.in.size(), 3);
    const auto weights =
        random_values(geometry.out.c * geometry.in.c * geometry.kernel * geometry.kernel, 4);
    std::vector<float> out(geometry.out.size());
    Convolution convolution(geometry, Precision::kF32, Precision::kF32, Use::kInference);
    convolution.set_weights(weights);
    convolution.forward({.shape = geometry.in, .data = in.data()}, {},
                        {.shape = geometry.out, .data = out.data()});
    const PlainConvolution plain(geometry, in, weights);
    for (std::size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], plain.out[i], 1e-4) << i;
  }
}

}  // namespace
}  // namespace likeness
