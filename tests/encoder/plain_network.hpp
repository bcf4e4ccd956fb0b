// Executes any Network in double precision with plain loops, one layer after the other, and keeps
// what every layer gave: the truth for the fast executor, as gradients by central differences and
// PyTorch's golden values are the truth for this one.
#pragma once

#include <cstddef>
#include <vector>

#include "likeness/base/random.hpp"
#include "likeness/encoder/network.hpp"
#include "tests/encoder/plain_layers.hpp"
#include "tests/encoder/plain_tensor.hpp"

namespace likeness {

// Half the width of the interval that Glorot and Bengio 2010 draw weights of these dimensions from.
[[nodiscard]] double glorot_limit(const std::vector<std::size_t>& dimensions);

class PlainNetwork {
 public:
  // In training, batch normalisation uses the mean and variance of the batch, and moves the running
  // ones: running = momentum * running + (1 - momentum) * batch's. Here both variances are divided
  // by N H W, as Keras 3 does. (Keras 2 on its fused path and PyTorch divide the one that moves the
  // running variance by N H W - 1; at 64 pictures of 5 x 4 this is less than 0.1 %.)
  enum class Mode { kTraining, kInference };

  // Weights 0, gamma and variance 1: to be set by draw_parameters() or through parameters().
  explicit PlainNetwork(Network network);

  [[nodiscard]] const Network& network() const noexcept { return network_; }

  // In the order and layout of parameters_of(network).
  [[nodiscard]] std::vector<std::vector<double>>& parameters() noexcept { return parameters_; }
  // Uniform: weights by Glorot's limit, bias and beta in (-0.5, 0.5), gamma and variance in
  // (0.5, 1.5), mean in (-0.5, 0.5). Nothing is 0 or 1, so that no error hides.
  void draw_parameters(Random& random);

  // Returns the last layer's output. Training moves the running mean and variance.
  const PlainTensor& forward(const PlainTensor& pictures, Mode mode);
  // Of the last forward(): the gradients of the parameters, in the order of parameters(), empty for
  // those that are not trained.
  std::vector<std::vector<double>> backward(const PlainTensor& gradient);

  // What the last forward() gave, and the gradient that the last backward() found for it.
  [[nodiscard]] const PlainTensor& output(std::size_t layer) const { return states_[layer].output; }
  [[nodiscard]] const PlainTensor& gradient(std::size_t layer) const {
    return states_[layer].gradient;
  }

  // Which way each ReLU and each pooling window went in the last forward(). Between two inputs with
  // the same branches the network is smooth, and finite differences tell the truth.
  [[nodiscard]] std::vector<std::size_t> branches() const;

 private:
  struct State {
    PlainTensor output, gradient;
    std::vector<std::size_t> selection;  // of a layer that selects
    Statistics statistics;               // of a normalisation, with what it normalised to
    PlainTensor normalised;
  };

  [[nodiscard]] const State& input_of(std::size_t layer, std::size_t which = 0) const {
    return states_[network_.layers[layer].inputs[which]];
  }
  [[nodiscard]] State& input_of(std::size_t layer, std::size_t which = 0) {
    return states_[network_.layers[layer].inputs[which]];
  }
  void forward_layer(std::size_t layer);
  void forward_normalisation(std::size_t layer);
  void backward_layer(std::size_t layer, std::vector<std::vector<double>>& gradients);
  void backward_normalisation(std::size_t layer, std::vector<std::vector<double>>& gradients);

  Network network_;
  std::vector<std::vector<double>> parameters_;
  std::vector<std::size_t> first_parameter_;  // of each layer
  std::vector<State> states_;
  Mode mode_ = Mode::kInference;
};

}  // namespace likeness
