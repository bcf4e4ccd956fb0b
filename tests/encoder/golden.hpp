// Values that PyTorch computed in double precision (tools/reference/make_golden.py), read from
// tests/encoder/golden: layers and small networks whole, xception in summaries.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "likeness/encoder/network.hpp"
#include "tests/encoder/plain_network.hpp"
#include "tests/encoder/plain_tensor.hpp"

namespace likeness {

// Parameters and gradients are in the order of parameters_of(network).
struct Golden {
  Network network;
  PlainNetwork::Mode mode = PlainNetwork::Mode::kTraining;
  PlainTensor pictures;
  std::vector<std::vector<double>> parameters;
  PlainTensor output;
  PlainTensor direction;  // the gradient of the output
  std::vector<double> input_gradient;
  std::vector<std::vector<double>> gradients;  // empty for what is not trained
  std::vector<std::vector<double>> moved;      // means and variances afterwards, layer by layer
};

[[nodiscard]] std::vector<std::string> golden_names();
[[nodiscard]] Golden read_golden(const std::string& name);

// Of many values: how many, their norm, and five of them, `step` apart.
struct GoldenSummary {
  std::size_t size = 0;
  double norm = 0.0;
  std::size_t step = 1;
  std::vector<double> values;
};

// One step of training with the mean squared error as loss.
struct GoldenXception {
  Network network;
  PlainTensor pictures;
  std::vector<std::vector<double>> parameters;
  double loss = 0.0;
  std::vector<double> latents;
  GoldenSummary reconstruction;
  GoldenSummary input_gradient;  // without what the loss adds to it as the picture to compare with
  std::vector<std::optional<GoldenSummary>> gradients;  // none for what is not trained
  std::vector<GoldenSummary> moved;
};

[[nodiscard]] GoldenXception read_golden_xception();

}  // namespace likeness
