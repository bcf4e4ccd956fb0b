// Matrix products and convolutions against plain loops in double.
#include "likeness/compute/convolution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/compute/kernels.hpp"

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
        Context context;
        MatrixProduct(context, left, right.transposed(), Precision::kF32)
            .run(a.data(), b.data(), c.data());
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

std::size_t index(const Shape& s, std::size_t n, std::size_t y, std::size_t x) {
  return ((n * s.h + y) * s.w + x) * s.c;
}

// Calls visit(input value, weight, output value) for all channels of one input and output pixel.
template <typename Visit>
void for_channels(const ConvolutionGeometry& g, std::size_t in, std::size_t tap, std::size_t out,
                  const Visit& visit) {
  const std::size_t inputs = g.in.c / g.groups;
  for (std::size_t o = 0; o < g.out.c; ++o) {
    const std::size_t first = o / (g.out.c / g.groups) * inputs;
    for (std::size_t i = 0; i < inputs; ++i) {
      visit(in + first + i, (o * inputs + i) * g.kernel * g.kernel + tap, out + o);
    }
  }
}

// Calls visit(input value, weight, output value) for each product that a convolution is a sum of.
// Input pixel (y, x) and weight (ky, kx) give output pixel (y * stride + ky - pad, ...) where that
// exists: the definition of a transposed convolution, and read backwards of a convolution.
template <typename Visit>
void for_products(const ConvolutionGeometry& g, const Visit& visit) {
  const Shape& small = g.transposed ? g.in : g.out;
  const Shape& large = g.transposed ? g.out : g.in;
  for (std::size_t i = 0; i < small.pixels() * g.kernel * g.kernel; ++i) {
    const std::size_t tap = i % (g.kernel * g.kernel);
    const std::size_t pixel = i / (g.kernel * g.kernel);
    const std::size_t x = pixel % small.w;
    const std::size_t y = pixel / small.w % small.h;
    const std::size_t n = pixel / small.w / small.h;
    const std::size_t ly = y * g.stride + tap / g.kernel - g.pad_before;
    const std::size_t lx = x * g.stride + tap % g.kernel - g.pad_before_columns;
    if (ly >= large.h || lx >= large.w) continue;  // also what is below 0
    const std::size_t at_small = index(small, n, y, x);
    const std::size_t at_large = index(large, n, ly, lx);
    if (g.transposed) {
      for_channels(g, at_small, tap, at_large, visit);
    } else {
      for_channels(g, at_large, tap, at_small, visit);
    }
  }
}

std::size_t weights_of(const ConvolutionGeometry& g) {
  return g.out.c * (g.in.c / g.groups) * g.kernel * g.kernel;
}

// Each kind of convolution that the networks have, on sizes that no vector divides, with channels
// of one and of several blocks, of which the last is not full; and what is executed in a way of its
// own: depthwise, and pictures of few columns. oneDNN chooses a layout for the weights of each.
const std::vector<ConvolutionGeometry> kGeometries{
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
    {.in = {.n = 3, .c = 5, .h = 3, .w = 3}, .out = {.n = 3, .c = 16, .h = 3, .w = 3}},
    {.in = {.n = 5, .c = 19, .h = 3, .w = 4},
     .out = {.n = 5, .c = 35, .h = 6, .w = 8},
     .kernel = 4,
     .stride = 2,
     .pad_before = 1,
     .pad_before_columns = 1,
     .transposed = true},
    {.in = {.n = 7, .c = 33, .h = 5, .w = 3},
     .out = {.n = 7, .c = 17, .h = 5, .w = 3},
     .kernel = 3,
     .pad_before = 1,
     .pad_before_columns = 1,
     .transposed = true},
    {.in = {.n = 3, .c = 18, .h = 6, .w = 8},
     .out = {.n = 3, .c = 21, .h = 3, .w = 4},
     .kernel = 3,
     .stride = 2},
    {.in = {.n = 3, .c = 37, .h = 5, .w = 7},
     .out = {.n = 3, .c = 37, .h = 5, .w = 7},
     .kernel = 3,
     .groups = 37,
     .pad_before = 1,
     .pad_before_columns = 1},
    {.in = {.n = 2, .c = 16, .h = 1, .w = 1},
     .out = {.n = 2, .c = 16, .h = 1, .w = 1},
     .kernel = 3,
     .groups = 16,
     .pad_before = 1,
     .pad_before_columns = 1},
    {.in = {.n = 2, .c = 38, .h = 4, .w = 5},
     .out = {.n = 2, .c = 42, .h = 4, .w = 5},
     .kernel = 3,
     .groups = 2,
     .pad_before = 1,
     .pad_before_columns = 1},
    {.in = {.n = 2, .c = 3, .h = 8, .w = 12},
     .out = {.n = 2, .c = 37, .h = 2, .w = 3},
     .kernel = 4,
     .stride = 4},
    {.in = {.n = 2, .c = 3, .h = 9, .w = 7},
     .out = {.n = 2, .c = 19, .h = 5, .w = 4},
     .kernel = 5,
     .stride = 2,
     .pad_before = 2,
     .pad_before_columns = 2},
    {.in = {.n = 2, .c = 33, .h = 5, .w = 6},
     .out = {.n = 2, .c = 37, .h = 5, .w = 6},
     .kernel = 3,
     .pad_before = 1,
     .pad_before_columns = 1},
    {.in = {.n = 3, .c = 67, .h = 5, .w = 4}, .out = {.n = 3, .c = 70, .h = 5, .w = 4}},
    {.in = {.n = 2, .c = 21, .h = 5, .w = 6},
     .out = {.n = 2, .c = 35, .h = 3, .w = 3},
     .stride = 2},
    {.in = {.n = 3, .c = 37, .h = 2, .w = 1},
     .out = {.n = 3, .c = 35, .h = 1, .w = 1},
     .kernel = 3,
     .stride = 2,
     .pad_before = 1,
     .pad_before_columns = 1},
    {.in = {.n = 1, .c = 19, .h = 1, .w = 2},
     .out = {.n = 1, .c = 16, .h = 1, .w = 1},
     .kernel = 5,
     .stride = 4,
     .pad_before = 1,
     .pad_before_columns = 1}};

testing::Message named(const ConvolutionGeometry& g) {
  return testing::Message() << g.in.c << " to " << g.out.c << " channels, " << g.in.h << "x"
                            << g.in.w << ", kernel " << g.kernel << ", stride " << g.stride
                            << ", groups " << g.groups;
}

// Values in a precision: `data` is what a tensor holds, `exact` the same numbers.
struct Rounded {
  Tensor tensor;
  AlignedBuffer data;
  std::vector<float> exact;

  Rounded(const Shape& shape, Precision precision, std::uint64_t seed)
      : tensor{.shape = shape, .precision = precision},
        data(tensor.bytes()),
        exact(random_values(shape.size(), seed)) {
    tensor.data = data.data();
    copy_as({.shape = shape, .data = exact.data()}, tensor);
    read();
  }
  void read() { copy_as(tensor, {.shape = tensor.shape, .data = exact.data()}); }
};

class ConvolutionIn : public testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (GetParam() == Precision::kBf16 && !has_fast_bf16())
      GTEST_SKIP() << "this processor multiplies no BF16, so nothing is computed in it";
  }
  // What whoever computed before left in the memory that all share: here no numbers.
  static constexpr std::size_t kLeftBytes = std::size_t{1} << 20U;
  static void leave_no_numbers(const Context& context) {
    std::fill_n(context.scratch(), kLeftBytes, std::byte{0xff});
  }
  // BF16 has 8 bits; weights are rounded to it, too.
  [[nodiscard]] double tolerance() const { return GetParam() == Precision::kF32 ? 1e-4 : 0.02; }
};

// |found - wanted| against the size that such sums have.
void expect_near(std::span<const float> found, const std::vector<double>& wanted,
                 double tolerance) {
  double squares = 0.0;
  for (const double value : wanted) squares += value * value;
  const double spread = std::sqrt(squares / static_cast<double>(wanted.size()));
  ASSERT_GT(spread, 0.0);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_NEAR(found[i] / spread, wanted[i] / spread, tolerance * 4) << i;
  }
}

TEST_P(ConvolutionIn, AgreesForwardAndBackwardWithThePlainLoop) {
  for (const auto& g : kGeometries) {
    SCOPED_TRACE(named(g));
    const Rounded in(g.in, GetParam(), 3);
    Rounded out(g.out, GetParam(), 5);
    const Rounded out_gradient(g.out, GetParam(), 6);
    Rounded in_gradient(g.in, GetParam(), 7);
    const Rounded weights({.c = weights_of(g)}, GetParam(), 4);
    std::vector<double> plain_out(g.out.size());
    std::vector<double> plain_in_gradient(g.in.size());
    std::vector<double> plain_weights_gradient(weights.exact.size());
    for_products(g, [&](std::size_t i, std::size_t w, std::size_t o) {
      const auto x = static_cast<double>(in.exact[i]);
      const auto weight = static_cast<double>(weights.exact[w]);
      const auto gradient = static_cast<double>(out_gradient.exact[o]);
      plain_out[o] += x * weight;
      plain_in_gradient[i] += weight * gradient;
      plain_weights_gradient[w] += x * gradient;
    });

    Context context;
    context.need_scratch(kLeftBytes);
    Convolution convolution(context, g, GetParam(), GetParam(), Use::kTraining);
    convolution.set_weights(weights.exact);
    // Twice: what the first call leaves in memory must not reach the second.
    std::vector<float> weights_gradient(weights.exact.size());
    for (int round = 0; round < 2; ++round) {
      leave_no_numbers(context);
      convolution.forward(in.tensor, {}, out.tensor);
      leave_no_numbers(context);
      convolution.backward_weights(in.tensor, out_gradient.tensor, weights_gradient, {});
      leave_no_numbers(context);
      convolution.backward_input(out_gradient.tensor, in_gradient.tensor);
      out.read();
      in_gradient.read();
      expect_near(out.exact, plain_out, tolerance());
      expect_near(weights_gradient, plain_weights_gradient, tolerance());
      expect_near(in_gradient.exact, plain_in_gradient, tolerance());
    }
  }
}

TEST_P(ConvolutionIn, AgreesInInferenceWithThePlainLoop) {
  for (auto g : kGeometries) {
    SCOPED_TRACE(named(g));
    g.bias = g.relu = true;
    const Rounded in(g.in, GetParam(), 3);
    const Rounded weights({.c = weights_of(g)}, GetParam(), 4);
    const auto bias = random_values(g.out.c, 8);
    std::vector<double> plain(g.out.size());
    for_products(g, [&](std::size_t i, std::size_t w, std::size_t o) {
      plain[o] += static_cast<double>(in.exact[i]) * static_cast<double>(weights.exact[w]);
    });
    for (std::size_t i = 0; i < plain.size(); ++i)
      plain[i] = std::max(0.0, plain[i] + static_cast<double>(bias[i % g.out.c]));

    for (const Precision precision : {GetParam(), Precision::kF32}) {
      Context context;
      context.need_scratch(kLeftBytes);
      Convolution convolution(context, g, GetParam(), precision, Use::kInference);
      Rounded out(g.out, precision, 5);
      convolution.set_weights(weights.exact);
      leave_no_numbers(context);
      convolution.forward(in.tensor, bias, out.tensor);
      out.read();
      expect_near(out.exact, plain, tolerance());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, ConvolutionIn,
                         testing::Values(Precision::kF32, Precision::kBf16));

}  // namespace
}  // namespace likeness
