// What the executor runs: one object a step, with its tensors fixed at construction.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/plan.hpp"

namespace likeness {

class Operation {
 public:
  Operation() = default;
  virtual ~Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  Operation(Operation&&) = delete;
  Operation& operator=(Operation&&) = delete;

  // The parameters have changed: make the copies that are computed with.
  virtual void update_weights() {}
  virtual void forward() = 0;
  // From the gradient of the output those of the inputs and the parameters, written, not added.
  virtual void backward() = 0;
};

// What a step works on. Gradients have no data where they are not wanted.
struct Operands {
  std::vector<Tensor> inputs;
  Tensor output;
  std::vector<Tensor> input_gradients;
  Tensor output_gradient;
};

// The F32 parameters of a layer, their gradients and, of a normalisation, its running moments.
// A dense layer's weights are (outputs, inputs), both in the order of the memory: H, W, C.
struct LayerParameters {
  std::span<float> weights;  // or gamma
  std::span<float> bias;     // or beta
  std::span<float> weights_gradient;
  std::span<float> bias_gradient;
  std::span<float> mean;
  std::span<float> variance;
};

// Those of the layer itself and of the one it is drawn together with (see Step): the normalisation
// of a convolution, the convolution whose bias a normalisation has to count.
struct StepParameters {
  LayerParameters own;
  LayerParameters partner;
};

// What may be another one at each forward pass.
struct Pass {
  std::span<const std::uint8_t> pictures;   // (N, H, W, C)
  float momentum = kNormalisationMomentum;  // the share of the running moments that stays
};

// `pass` is read at each forward pass.
[[nodiscard]] std::unique_ptr<Operation> make_operation(const Step& step, const Network& network,
                                                        Use use, const Operands& operands,
                                                        const StepParameters& parameters,
                                                        const Pass& pass);

}  // namespace likeness
