#include "likeness/encoder/initial.hpp"

#include <cmath>

#include "likeness/base/random.hpp"

namespace likeness {
namespace {

// How many inputs reach an output of the layer, and how many outputs an input reaches.
struct Fan {
  double in = 0.0;
  double out = 0.0;
};

Fan fan_of(const Parameter& weights) {
  const auto& d = weights.dimensions;
  const double taps = d.size() == 4 ? static_cast<double>(d[2] * d[3]) : 1.0;
  return {.in = static_cast<double>(d[1]) * taps, .out = static_cast<double>(d[0]) * taps};
}

// A depthwise weight meets one input and one output for each tap.
Fan fan_of(const Parameter& weights, const Layer& layer) {
  Fan fan = fan_of(weights);
  fan.out /= static_cast<double>(layer.groups);
  return fan;
}

}  // namespace

std::vector<float> initial_parameters(const Network& network, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> values;
  for (const auto& parameter : parameters_of(network)) {
    const bool one =
        parameter.role == ParameterRole::kGamma || parameter.role == ParameterRole::kVariance;
    double limit = 0.0;
    if (parameter.role == ParameterRole::kWeights) {
      const Fan fan = fan_of(parameter, network.layers[parameter.layer]);
      limit = std::sqrt(6.0 / (fan.in + fan.out));
    }
    for (std::size_t i = 0; i < parameter.size(); ++i) {
      values.push_back(one ? 1.0F : static_cast<float>(random.uniform(-limit, limit)));
    }
  }
  return values;
}

}  // namespace likeness
