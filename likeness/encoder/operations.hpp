// What the executor runs: one object a step, with its tensors fixed at construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "likeness/catalogue/image.hpp"
#include "likeness/compute/context.hpp"
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

// What a step works on, in the memory of the pass that the executor is at. Gradients have no data
// where they are not wanted.
struct Operands {
  std::vector<Tensor> inputs;
  Tensor output;
  std::vector<Tensor> input_gradients;
  Tensor output_gradient;
  std::span<std::byte> kept;  // kept_bytes() that the way forward leaves for the way back
};

// The F32 parameters of a layer, their gradients where backward() is to write them and, of a
// normalisation, its moments: in training those of the batch, which forward() writes, in inference
// the running ones.
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

// The pictures of the batch that is at work, (N, H, W, C).
using BatchPictures = std::span<const std::uint8_t>;
// The same with more pixels, for operations that can use them: none at all, or one for each picture
// that may be missing.
using LargerPictures = std::span<const std::optional<Image>>;

// `output` is that of the whole batch.
[[nodiscard]] std::size_t kept_bytes(StepKind kind, const Shape& output, Use use);

// What an operation is made for. Operands, parameters and pictures are read at each pass.
struct OperationPlace {
  Context& context;
  const Step& step;
  const Network& network;
  Use use;
  const Operands& operands;
  const StepParameters& parameters;
  const BatchPictures& pictures;
  const LargerPictures& larger;
  // The operation of the same step in an executor whose weights this one computes with, or none:
  // update_weights() of one is that of both.
  const Operation* like;
};
[[nodiscard]] std::unique_ptr<Operation> make_operation(const OperationPlace& place);

}  // namespace likeness
