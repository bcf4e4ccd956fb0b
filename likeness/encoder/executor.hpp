// Runs a network for batches of one size: forwards, and in training backwards. It computes on the
// thread that calls; two executors know nothing of each other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "likeness/compute/convolution.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/parameter_store.hpp"

namespace likeness {

// What one step has cost since the executor was made.
struct StepCost {
  std::string name;
  std::size_t multiply_adds = 0;  // of one batch, forward, as described by the network
  double forward_seconds = 0.0;
  double backward_seconds = 0.0;
};

class Executor {
 public:
  Executor(const Network& network, std::size_t batch, Precision precision, Use use);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  Executor(Executor&&) = delete;
  Executor& operator=(Executor&&) = delete;

  // All parameters one after the other, in the order of parameters_of(network).
  void set_parameters(std::span<const float> parameters);
  [[nodiscard]] std::vector<float> parameters() const;
  // Those that the network has of these (ParameterStore::copy), without a description in between.
  void copy_parameters(const ParameterStore& parameters);

  // What a forward pass leaves for its way back lies in this memory; with several, several batches
  // can be forward before the first goes back. The executor begins with one of its own.
  [[nodiscard]] AlignedBuffer new_activations() const;
  void use_activations(AlignedBuffer& activations);

  // `pictures` is (N, H, W, C) with N the batch size, kept by the caller until backward is done.
  void forward(std::span<const std::uint8_t> pictures);
  // Error::kInput where the layer is kept in BF16: a network that no one trains.
  [[nodiscard]] Tensor latents() const;         // (N, D), F32
  [[nodiscard]] Tensor reconstruction() const;  // (N, H, W, C), F32

  // After forward: sums of the differences to the pictures; in training also the gradients of the
  // batch's mean squared difference.
  Difference backward(std::span<const std::uint8_t> pictures);
  // After forward of a network that ends in vectors: the gradients from the one of the last layer's
  // output, (N, D).
  void backward_from(std::span<const float> gradient);
  // Of the first pictures of the batch, as many as are given.
  [[nodiscard]] Difference difference(std::span<const std::uint8_t> pictures) const;

  // The trained parameters and their gradients, in an order of the executor's own, for an
  // optimiser; then update_weights() makes the copies that are computed with.
  [[nodiscard]] std::span<float> weights() noexcept;
  [[nodiscard]] std::span<const float> gradients() const noexcept;
  // Of the normalisations: in training those of the last batch, else those that are computed with.
  [[nodiscard]] std::span<const float> moments() const noexcept;
  void update_weights();
  // The same for values that belong to the trained parameters, such as gradients and moments:
  // from the order of the executor to that of the description (trained parameters only) and back.
  [[nodiscard]] std::vector<float> described(std::span<const float> own) const;
  [[nodiscard]] std::vector<float> own(std::span<const float> described) const;

  [[nodiscard]] std::size_t batch() const noexcept;
  [[nodiscard]] std::size_t activation_bytes() const noexcept;
  [[nodiscard]] std::vector<StepCost> costs() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace likeness
