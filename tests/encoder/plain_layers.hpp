// Layers as plain loops in double precision, forward and backward: the truth that the fast
// executor is compared with. Three families: products (output += input * weight), selections
// (each output is a copy of one input) and those that work value by value.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/encoder/network.hpp"
#include "tests/encoder/plain_tensor.hpp"

namespace likeness {

// Weights and bias of a layer, or the gradients of these; the bias is empty if there is none.
template <typename T>
struct Affine {
  std::span<T> weights;
  std::span<T> bias;
};

// Convolution, transposed convolution, dense.
[[nodiscard]] PlainTensor multiply(const Layer& layer, const PlainTensor& input,
                                   const Affine<const double>& parameters);
// Adds to `input_gradient` and to `gradients`.
void multiply_backward(const Layer& layer, const PlainTensor& input,
                       std::span<const double> weights, const PlainTensor& output_gradient,
                       PlainTensor& input_gradient, const Affine<double>& gradients);

// Max pooling, upsampling, depth to space, reshape, crop: output[i] = input[selection[i]]. In max
// pooling the padding never wins, and of equal values the first in row-major order does.
[[nodiscard]] std::vector<std::size_t> selection(const Layer& layer, const PlainTensor& input);

// Batch normalisation over N, H and W: (x - mean) / sqrt(variance + epsilon) * gamma + beta.
struct Statistics {
  std::vector<double> mean, variance;  // by channel; the variance is divided by N H W
};
[[nodiscard]] Statistics statistics_of(const PlainTensor& input);
// Without gamma and beta.
[[nodiscard]] PlainTensor normalise(const PlainTensor& input, const Statistics& statistics);
// The gradient with respect to the input where that with respect to `normalised` is given: with
// statistics of the batch itself, and with fixed ones.
[[nodiscard]] PlainTensor normalise_backward(const PlainTensor& normalised,
                                             const PlainTensor& normalised_gradient,
                                             const Statistics& statistics);
[[nodiscard]] PlainTensor normalise_backward_fixed(const PlainTensor& normalised_gradient,
                                                   const Statistics& statistics);

// ReLU (leaky if the slope is above 0; at 0 the derivative is the slope) and sigmoid.
[[nodiscard]] double activate(const Layer& layer, double input);
[[nodiscard]] double activation_derivative(const Layer& layer, double input, double output);

// Of colour pictures with values from 0 to 1: (N, 1, H, W), and one row of numbers a picture.
[[nodiscard]] PlainTensor luma_of(const PlainTensor& pictures);
[[nodiscard]] PlainTensor classic_descriptors(const PlainTensor& pictures,
                                              std::vector<float> (*describe)(const PixelView&));

// Each picture's vector divided by its length.
[[nodiscard]] PlainTensor unit_length(const PlainTensor& input);
[[nodiscard]] PlainTensor unit_length_backward(const PlainTensor& input, const PlainTensor& output,
                                               const PlainTensor& output_gradient);

[[nodiscard]] PlainTensor beside_each_other(const std::vector<const PlainTensor*>& parts);

}  // namespace likeness
