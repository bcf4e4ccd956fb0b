#include "tests/encoder/plain_network.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/catalogue/lab_histogram.hpp"

namespace likeness {
namespace {

using Gradients = std::vector<std::vector<double>>;

// gamma, beta, mean, variance of a normalisation, counted from its first parameter.
constexpr std::size_t kGamma = 0, kBeta = 1, kMean = 2, kVariance = 3;

Shape of_batch(Shape one, std::size_t pictures) {
  one.n = pictures;
  return one;
}

void add(PlainTensor& sum, const PlainTensor& term) {
  for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += term.values[i];
}

PlainTensor select(const Shape& shape, const PlainTensor& input,
                   const std::vector<std::size_t>& selection) {
  PlainTensor output(shape);
  for (std::size_t i = 0; i < selection.size(); ++i) output.values[i] = input.values[selection[i]];
  return output;
}

void move_running(std::vector<double>& running, const std::vector<double>& batch) {
  const double momentum{kNormalisationMomentum};
  for (std::size_t c = 0; c < running.size(); ++c)
    running[c] = momentum * running[c] + (1.0 - momentum) * batch[c];
}

double draw(Random& random, const Parameter& parameter) {
  switch (parameter.role) {
    case ParameterRole::kWeights: {
      const double limit = glorot_limit(parameter.dimensions);
      return random.uniform(-limit, limit);
    }
    case ParameterRole::kGamma:
    case ParameterRole::kVariance: return random.uniform(0.5, 1.5);
    default: return random.uniform(-0.5, 0.5);
  }
}

}  // namespace

double glorot_limit(const std::vector<std::size_t>& dimensions) {
  std::size_t area = 1;
  for (std::size_t i = 2; i < dimensions.size(); ++i) area *= dimensions[i];
  return std::sqrt(6.0 / static_cast<double>((dimensions[0] + dimensions[1]) * area));
}

PlainNetwork::PlainNetwork(Network network)
    : network_(std::move(network)), states_(network_.layers.size()) {
  for (std::size_t layer = 0; layer < network_.layers.size(); ++layer) {
    first_parameter_.push_back(parameters_.size());
    for (const auto& parameter : parameters_of(network_, layer)) {
      const bool one =
          parameter.role == ParameterRole::kGamma || parameter.role == ParameterRole::kVariance;
      parameters_.emplace_back(parameter.size(), one ? 1.0 : 0.0);
    }
  }
}

void PlainNetwork::draw_parameters(Random& random) {
  const auto described = parameters_of(network_);
  for (std::size_t i = 0; i < described.size(); ++i) {
    for (auto& value : parameters_[i]) value = draw(random, described[i]);
  }
}

const PlainTensor& PlainNetwork::forward(const PlainTensor& pictures, Mode mode) {
  assert(of_batch(network_.input(), pictures.shape.n) == pictures.shape);
  mode_ = mode;
  states_.front().output = pictures;
  for (std::size_t layer = 1; layer < states_.size(); ++layer) forward_layer(layer);
  return states_.back().output;
}

void PlainNetwork::forward_layer(std::size_t layer) {
  const Layer& it = network_.layers[layer];
  const PlainTensor& input = input_of(layer).output;
  State& state = states_[layer];
  const Shape shape = of_batch(it.output, input.shape.n);
  switch (it.kind) {
    case LayerKind::kInput: assert(false); return;
    case LayerKind::kConvolution:
    case LayerKind::kTransposedConvolution:
    case LayerKind::kDense: {
      const auto* own = &parameters_[first_parameter_[layer]];
      state.output = multiply(
          it, input, {.weights = own[0], .bias = it.bias ? own[1] : std::span<const double>()});
      return;
    }
    case LayerKind::kBatchNormalisation: return forward_normalisation(layer);
    case LayerKind::kRelu:
    case LayerKind::kSigmoid:
      state.output = PlainTensor(shape);
      std::ranges::transform(input.values, state.output.values.begin(),
                             [&](double x) { return activate(it, x); });
      return;
    case LayerKind::kMaxPooling:
    case LayerKind::kUpsampling:
    case LayerKind::kDepthToSpace:
    case LayerKind::kReshape:
    case LayerKind::kCrop:
      state.selection = selection(it, input);
      state.output = select(shape, input, state.selection);
      return;
    case LayerKind::kSum:
      state.output = input;
      add(state.output, input_of(layer, 1).output);
      return;
    case LayerKind::kLuma: state.output = luma_of(input); return;
    case LayerKind::kGradientHistogram:
      state.output = classic_descriptors(input, gradient_histogram);
      return;
    case LayerKind::kGradientPyramid:
      state.output = classic_descriptors(input, gradient_pyramid);
      return;
    case LayerKind::kLabHistogram: state.output = classic_descriptors(input, lab_histogram); return;
    case LayerKind::kFineLabHistogram:
      state.output = classic_descriptors(input, fine_lab_histogram);
      return;
    case LayerKind::kPretrained: assert(false); return;  // somebody else's: there is no plain form
    case LayerKind::kUnitLength: state.output = unit_length(input); return;
    case LayerKind::kDescriptor: {
      std::vector<const PlainTensor*> parts;
      parts.reserve(it.inputs.size());
      for (const auto part : it.inputs) parts.push_back(&states_[part].output);
      state.output = beside_each_other(parts);
      return;
    }
  }
}

void PlainNetwork::forward_normalisation(std::size_t layer) {
  State& state = states_[layer];
  auto* own = &parameters_[first_parameter_[layer]];
  if (mode_ == Mode::kTraining) {
    state.statistics = statistics_of(input_of(layer).output);
    move_running(own[kMean], state.statistics.mean);
    move_running(own[kVariance], state.statistics.variance);
  } else {
    state.statistics = {.mean = own[kMean], .variance = own[kVariance]};
  }
  state.normalised = normalise(input_of(layer).output, state.statistics);
  state.output = state.normalised;
  for (std::size_t i = 0; i < state.output.values.size(); ++i) {
    const std::size_t c = state.output.channel(i);
    state.output.values[i] = state.output.values[i] * own[kGamma][c] + own[kBeta][c];
  }
}

Gradients PlainNetwork::backward(const PlainTensor& gradient) {
  assert(gradient.shape == states_.back().output.shape);
  Gradients gradients;
  for (const auto& parameter : parameters_of(network_))
    gradients.emplace_back(parameter.trained() ? parameter.size() : 0);
  for (auto& state : states_) state.gradient = PlainTensor(state.output.shape);
  states_.back().gradient = gradient;
  for (std::size_t layer = states_.size() - 1; layer > 0; --layer) backward_layer(layer, gradients);
  return gradients;
}

void PlainNetwork::backward_layer(std::size_t layer, Gradients& gradients) {
  const Layer& it = network_.layers[layer];
  const State& state = states_[layer];
  State& input = input_of(layer);
  switch (it.kind) {
    case LayerKind::kInput: assert(false); return;
    case LayerKind::kConvolution:
    case LayerKind::kTransposedConvolution:
    case LayerKind::kDense: {
      const std::size_t first = first_parameter_[layer];
      multiply_backward(it, input.output, parameters_[first], state.gradient, input.gradient,
                        {.weights = gradients[first],
                         .bias = it.bias ? gradients[first + 1] : std::span<double>()});
      return;
    }
    case LayerKind::kBatchNormalisation: return backward_normalisation(layer, gradients);
    case LayerKind::kRelu:
    case LayerKind::kSigmoid:
      for (std::size_t i = 0; i < state.output.values.size(); ++i) {
        input.gradient.values[i] +=
            state.gradient.values[i] *
            activation_derivative(it, input.output.values[i], state.output.values[i]);
      }
      return;
    case LayerKind::kMaxPooling:
    case LayerKind::kUpsampling:
    case LayerKind::kDepthToSpace:
    case LayerKind::kReshape:
    case LayerKind::kCrop:
      for (std::size_t i = 0; i < state.selection.size(); ++i)
        input.gradient.values[state.selection[i]] += state.gradient.values[i];
      return;
    case LayerKind::kSum:
      add(input.gradient, state.gradient);
      add(input_of(layer, 1).gradient, state.gradient);
      return;
    case LayerKind::kUnitLength:
      add(input.gradient, unit_length_backward(input.output, state.output, state.gradient));
      return;
    case LayerKind::kLuma:
    case LayerKind::kGradientHistogram:
    case LayerKind::kGradientPyramid:
    case LayerKind::kLabHistogram:
    case LayerKind::kFineLabHistogram:
    case LayerKind::kPretrained:
    case LayerKind::kDescriptor: return;  // nothing before them is trained
  }
}

void PlainNetwork::backward_normalisation(std::size_t layer, Gradients& gradients) {
  const State& state = states_[layer];
  const std::size_t first = first_parameter_[layer];
  PlainTensor normalised_gradient = state.gradient;
  for (std::size_t i = 0; i < state.gradient.values.size(); ++i) {
    const std::size_t c = state.gradient.channel(i);
    gradients[first + kGamma][c] += state.gradient.values[i] * state.normalised.values[i];
    gradients[first + kBeta][c] += state.gradient.values[i];
    normalised_gradient.values[i] *= parameters_[first + kGamma][c];
  }
  add(input_of(layer).gradient,
      mode_ == Mode::kTraining
          ? normalise_backward(state.normalised, normalised_gradient, state.statistics)
          : normalise_backward_fixed(normalised_gradient, state.statistics));
}

std::vector<std::size_t> PlainNetwork::branches() const {
  std::vector<std::size_t> branches;
  for (std::size_t layer = 1; layer < states_.size(); ++layer) {
    if (network_.layers[layer].kind == LayerKind::kMaxPooling) {
      const auto& chosen = states_[layer].selection;
      branches.insert(branches.end(), chosen.begin(), chosen.end());
    }
    if (network_.layers[layer].kind == LayerKind::kRelu) {
      for (const double x : input_of(layer).output.values)
        branches.push_back(x > 0.0 ? std::size_t{1} : std::size_t{0});
    }
  }
  return branches;
}

}  // namespace likeness
