#include "likeness/encoder/network.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <functional>
#include <numeric>
#include <utility>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/encoder/layer_traits.hpp"
#include "likeness/encoder/pretrained.hpp"

namespace likeness {
namespace {

std::size_t ceil_divide(std::size_t value, std::size_t divisor) {
  return (value + divisor - 1) / divisor;
}

bool is_convolution(LayerKind kind) {
  return kind == LayerKind::kConvolution || kind == LayerKind::kTransposedConvolution;
}

const char* role_name(ParameterRole role) {
  switch (role) {
    case ParameterRole::kWeights: return "weights";
    case ParameterRole::kBias: return "bias";
    case ParameterRole::kGamma: return "gamma";
    case ParameterRole::kBeta: return "beta";
    case ParameterRole::kMean: return "mean";
    case ParameterRole::kVariance: return "variance";
  }
  return "unknown";
}

}  // namespace

std::size_t Parameter::size() const noexcept {
  return std::accumulate(dimensions.begin(), dimensions.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<Parameter> parameters_of(const Network& network, std::size_t layer) {
  const Layer& it = network.layers[layer];
  std::vector<Parameter> parameters;
  const auto add = [&](ParameterRole role, std::vector<std::size_t> dimensions) {
    parameters.push_back({.name = it.name + "." + role_name(role),
                          .layer = layer,
                          .role = role,
                          .dimensions = std::move(dimensions)});
  };
  const std::size_t out = it.output.c;
  if (is_convolution(it.kind)) {
    const std::size_t in = network.layers[it.inputs.front()].output.c;
    add(ParameterRole::kWeights, {out, in / it.groups, it.kernel, it.kernel});
  }
  if (it.kind == LayerKind::kDense) {
    add(ParameterRole::kWeights, {out, network.layers[it.inputs.front()].output.size()});
  }
  if (it.bias) add(ParameterRole::kBias, {out});
  if (it.kind == LayerKind::kBatchNormalisation) {
    for (const auto role : {ParameterRole::kGamma, ParameterRole::kBeta, ParameterRole::kMean,
                            ParameterRole::kVariance}) {
      add(role, {out});
    }
  }
  return parameters;
}

const PretrainedEncoder* pretrained_of(const Network& network) noexcept {
  const auto found = std::ranges::find_if(
      network.layers, [](const Layer& layer) { return layer.pretrained != nullptr; });
  return found == network.layers.end() ? nullptr : found->pretrained.get();
}

std::vector<Parameter> parameters_of(const Network& network) {
  std::vector<Parameter> parameters;
  for (std::size_t layer = 0; layer < network.layers.size(); ++layer) {
    for (auto& parameter : parameters_of(network, layer))
      parameters.push_back(std::move(parameter));
  }
  return parameters;
}

std::size_t multiply_adds(const Network& network, std::size_t layer) {
  const Layer& it = network.layers[layer];
  if (it.kind == LayerKind::kDense) {
    return it.output.c * network.layers[it.inputs.front()].output.size();
  }
  if (!is_convolution(it.kind)) return 0;
  const Shape& in = network.layers[it.inputs.front()].output;
  const std::size_t pixels = it.kind == LayerKind::kConvolution ? it.output.pixels() : in.pixels();
  return pixels * it.kernel * it.kernel * it.output.c * (in.c / it.groups);
}

std::size_t multiply_adds(const Network& network) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) total += multiply_adds(network, i);
  return total;
}

std::size_t trained_parameters(const Network& network) {
  std::size_t total = 0;
  for (const auto& parameter : parameters_of(network)) {
    if (parameter.trained()) total += parameter.size();
  }
  return total;
}

std::string to_table(const Network& network) {
  std::string table = fmt::format("{:<4}{:<36}{:<24}{:<12}{:>14}{:>12}{:>15}\n", "", "layer",
                                  "kind", "reads", "C x H x W", "parameters", "multiply-adds");
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    std::size_t parameters = 0;
    for (const auto& parameter : parameters_of(network, i)) {
      if (parameter.trained()) parameters += parameter.size();
    }
    std::string reads;
    for (const auto input : layer.inputs)
      reads += (reads.empty() ? "" : " ") + std::to_string(input);
    const auto& out = layer.output;
    table += fmt::format(
        "{:<4}{:<36}{:<24}{:<12}{:>14}{:>12}{:>15}\n", i, layer.name, traits_of(layer.kind).name,
        reads, fmt::format("{}x{}x{}", out.c, out.h, out.w), parameters, multiply_adds(network, i));
  }
  return table + fmt::format("{:<4}{:<86}{:>12}{:>15}\n", "", "together",
                             trained_parameters(network), multiply_adds(network));
}

Padding same_padding(std::size_t in, std::size_t kernel, std::size_t stride) noexcept {
  const std::size_t covered = (ceil_divide(in, stride) - 1) * stride + kernel;
  const std::size_t total = covered > in ? covered - in : 0;
  return {.before = total / 2, .after = total - total / 2};
}

NetworkBuilder::NetworkBuilder(std::string name, Shape picture) {
  network_.name = std::move(name);
  network_.layers.push_back(
      {.kind = LayerKind::kInput, .name = "input", .inputs = {}, .output = picture});
}

std::size_t NetworkBuilder::add(Layer layer) {
  const std::size_t position = network_.layers.size();
  layer.name = fmt::format("{}/{}/{}", part_, position, traits_of(layer.kind).name);
  std::ranges::replace(layer.name, ' ', '_');
  network_.layers.push_back(std::move(layer));
  return position;
}

std::size_t NetworkBuilder::convolution(std::size_t input, const Convolution& options) {
  const Shape in = shape(input);
  assert(in.c % options.groups == 0 && options.out % options.groups == 0);
  return add({.kind = LayerKind::kConvolution,
              .inputs = {input},
              .output = {.c = options.out,
                         .h = ceil_divide(in.h, options.stride),
                         .w = ceil_divide(in.w, options.stride)},
              .kernel = options.kernel,
              .stride = options.stride,
              .groups = options.groups,
              .bias = options.bias});
}

std::size_t NetworkBuilder::transposed_convolution(std::size_t input, const Convolution& options) {
  const Shape in = shape(input);
  assert(options.groups == 1);
  return add({.kind = LayerKind::kTransposedConvolution,
              .inputs = {input},
              .output = {.c = options.out, .h = in.h * options.stride, .w = in.w * options.stride},
              .kernel = options.kernel,
              .stride = options.stride,
              .bias = options.bias});
}

std::size_t NetworkBuilder::separable_convolution(std::size_t input, std::size_t out,
                                                  std::size_t kernel) {
  const std::size_t channels = shape(input).c;
  const auto depthwise =
      convolution(input, {.out = channels, .kernel = kernel, .groups = channels, .bias = false});
  return convolution(depthwise, {.out = out, .kernel = 1});
}

std::size_t NetworkBuilder::dense(std::size_t input, std::size_t out) {
  return add({.kind = LayerKind::kDense, .inputs = {input}, .output = {.c = out}, .bias = true});
}

std::size_t NetworkBuilder::normalisation(std::size_t input) {
  return add({.kind = LayerKind::kBatchNormalisation, .inputs = {input}, .output = shape(input)});
}

std::size_t NetworkBuilder::relu(std::size_t input, float slope) {
  return add({.kind = LayerKind::kRelu, .inputs = {input}, .output = shape(input), .slope = slope});
}

std::size_t NetworkBuilder::sigmoid(std::size_t input) {
  return add({.kind = LayerKind::kSigmoid, .inputs = {input}, .output = shape(input)});
}

std::size_t NetworkBuilder::max_pooling(std::size_t input, std::size_t kernel, std::size_t stride) {
  const Shape in = shape(input);
  return add({.kind = LayerKind::kMaxPooling,
              .inputs = {input},
              .output = {.c = in.c, .h = ceil_divide(in.h, stride), .w = ceil_divide(in.w, stride)},
              .kernel = kernel,
              .stride = stride});
}

std::size_t NetworkBuilder::upsampling(std::size_t input, std::size_t factor) {
  const Shape in = shape(input);
  return add({.kind = LayerKind::kUpsampling,
              .inputs = {input},
              .output = {.c = in.c, .h = in.h * factor, .w = in.w * factor},
              .stride = factor});
}

std::size_t NetworkBuilder::depth_to_space(std::size_t input, std::size_t factor) {
  const Shape in = shape(input);
  assert(in.c % (factor * factor) == 0);
  return add({.kind = LayerKind::kDepthToSpace,
              .inputs = {input},
              .output = {.c = in.c / (factor * factor), .h = in.h * factor, .w = in.w * factor},
              .stride = factor});
}

std::size_t NetworkBuilder::sum(std::size_t left, std::size_t right) {
  assert(shape(left) == shape(right));
  return add({.kind = LayerKind::kSum, .inputs = {left, right}, .output = shape(left)});
}

std::size_t NetworkBuilder::reshape(std::size_t input, Shape shape) {
  assert(shape.size() == this->shape(input).size());
  return add({.kind = LayerKind::kReshape, .inputs = {input}, .output = shape});
}

std::size_t NetworkBuilder::crop(std::size_t input, std::size_t height, std::size_t width) {
  const Shape in = shape(input);
  assert(height <= in.h && width <= in.w);
  return add({.kind = LayerKind::kCrop,
              .inputs = {input},
              .output = {.c = in.c, .h = height, .w = width}});
}

std::size_t NetworkBuilder::luma() {
  const Shape picture = shape(0);
  return add({.kind = LayerKind::kLuma,
              .inputs = {0},
              .output = {.c = 1, .h = picture.h, .w = picture.w}});
}

std::size_t NetworkBuilder::gradient_histogram() {
  return add(
      {.kind = LayerKind::kGradientHistogram, .inputs = {0}, .output = {.c = kGradientNumbers}});
}

std::size_t NetworkBuilder::gradient_pyramid() {
  return add(
      {.kind = LayerKind::kGradientPyramid, .inputs = {0}, .output = {.c = kPyramidNumbers}});
}

std::size_t NetworkBuilder::lab_histogram() {
  return add({.kind = LayerKind::kLabHistogram, .inputs = {0}, .output = {.c = kLabNumbers}});
}

std::size_t NetworkBuilder::fine_lab_histogram() {
  return add({.kind = LayerKind::kFineLabHistogram, .inputs = {0}, .output = {.c = kLabNumbers}});
}

std::size_t NetworkBuilder::pretrained(std::shared_ptr<const PretrainedEncoder> encoder) {
  const std::size_t numbers = encoder->numbers;
  return add({.kind = LayerKind::kPretrained,
              .inputs = {0},
              .output = {.c = numbers},
              .pretrained = std::move(encoder)});
}

std::size_t NetworkBuilder::unit_length(std::size_t input) {
  return add({.kind = LayerKind::kUnitLength, .inputs = {input}, .output = shape(input)});
}

std::size_t NetworkBuilder::descriptor(const std::vector<std::size_t>& parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += shape(part).c;
  return add({.kind = LayerKind::kDescriptor, .inputs = parts, .output = {.c = size}});
}

Network NetworkBuilder::finish(std::size_t latent) && {
  network_.latent = latent;
  return std::move(network_);
}

}  // namespace likeness
