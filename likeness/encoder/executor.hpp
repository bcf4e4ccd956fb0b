// Runs a network for batches of one size: forwards, and in training backwards. It computes on the
// thread that calls; executors for other threads may share its weights.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/catalogue/image.hpp"
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
  std::size_t batches = 0;        // that have gone forward
  double forward_seconds = 0.0;
  double backward_seconds = 0.0;
};

class Executor {
 public:
  Executor(const Network& network, std::size_t batch, Precision precision, Use use);
  // Computes with the trained parameters of that store, of the same network or of one whose first
  // layers these are. Whenever they have changed, update_weights() is to be called.
  Executor(const Network& network, std::size_t batch, Precision precision, Use use,
           const ParameterStore& trained);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  Executor(Executor&&) = delete;
  Executor& operator=(Executor&&) = delete;

  // Another one, for another thread, that computes with the weights of this one: when they are
  // updated in one, they are in both.
  [[nodiscard]] std::unique_ptr<Executor> another() const;

  // All parameters one after the other, in the order of parameters_of(network).
  void set_parameters(std::span<const float> parameters);
  // Makes the copies of the trained parameters that are computed with; on all threads of a pool.
  void update_weights();
  void update_weights(ThreadPool& pool);

  // Calls it after each step of a training's pass: forwards with 0 and 0, backwards with which
  // gradients are written now, [begin, end) of trained(), each of them once.
  using AfterStep = std::function<void(std::size_t begin, std::size_t end)>;
  void tell_after_each_step(AfterStep after_step);

  // What a forward pass leaves for its way back lies in this memory; with several, several batches
  // can be forward before the first goes back. The executor begins with one of its own, and gives
  // that first.
  [[nodiscard]] AlignedBuffer give_activations();
  void use_activations(AlignedBuffer& activations);

  // `pictures` is (N, H, W, C) with N the batch size, kept by the caller until backward is done. In
  // inference there may be fewer: of what comes out the first rows are theirs. A pretrained encoder
  // looks at what is larger instead: none at all, or one for each picture that may be missing.
  void forward(std::span<const std::uint8_t> pictures,
               std::span<const std::optional<Image>> larger = {});
  // Error::kInput where the layer is kept in BF16: a network that no one trains.
  [[nodiscard]] Tensor latents() const;         // (N, D), F32
  [[nodiscard]] Tensor reconstruction() const;  // (N, H, W, C), F32

  // After forward: sums of the differences to the pictures, and the gradients by the batch's mean
  // squared difference, of trained() parameters in an order of the executor's own. Written, not
  // added; where nothing reaches a parameter, nothing is written.
  Difference backward(std::span<const std::uint8_t> pictures, std::span<float> gradients);
  // The same of a network that ends in vectors, from the gradient by them, (N, D).
  void backward_from(std::span<const float> gradient, std::span<float> gradients);
  // Of the first pictures of the batch, as many as are given.
  [[nodiscard]] Difference difference(std::span<const std::uint8_t> pictures) const;

  [[nodiscard]] std::size_t trained() const noexcept;
  // Of the normalisations: in training those of the last batch, else those that are computed with.
  [[nodiscard]] std::span<const float> moments() const noexcept;
  // Gradients in the order of the description.
  [[nodiscard]] std::vector<float> described(std::span<const float> own) const;

  [[nodiscard]] std::size_t batch() const noexcept;
  [[nodiscard]] std::size_t activation_bytes() const noexcept;
  [[nodiscard]] std::vector<StepCost> costs() const;

 private:
  struct State;
  explicit Executor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace likeness
