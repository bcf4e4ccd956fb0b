#include "likeness/encoder/operations.hpp"

#include <memory>
#include <utility>

#include "likeness/compute/kernels.hpp"
#include "likeness/encoder/descriptor_operations.hpp"
#include "likeness/encoder/step_traits.hpp"
#include "likeness/encoder/weighted_operations.hpp"

namespace likeness {
namespace {

Pooling pooling_of(const Layer& layer, const Shape& in) {
  return {.kernel = layer.kernel,
          .stride = layer.stride,
          .pad_before = same_padding(in.h, layer.kernel, layer.stride).before,
          .pad_before_columns = same_padding(in.w, layer.kernel, layer.stride).before};
}

class ReluOperation final : public Operation {
 public:
  ReluOperation(const Step& step, const Operands& operands)
      : slope_(step.relu_slope), operands_(operands) {}
  void forward() override { relu(operands_.inputs[0], slope_, operands_.output); }
  void backward() override {
    relu_backward(operands_.output, slope_, operands_.output_gradient,
                  operands_.input_gradients[0]);
  }

 private:
  float slope_;
  const Operands& operands_;
};

class SigmoidOperation final : public Operation {
 public:
  explicit SigmoidOperation(const Operands& operands) : operands_(operands) {}
  void forward() override { sigmoid(operands_.inputs[0], operands_.output); }
  void backward() override {
    sigmoid_backward(operands_.output, operands_.output_gradient, operands_.input_gradients[0]);
  }

 private:
  const Operands& operands_;
};

class MaxPoolingOperation final : public Operation {
 public:
  MaxPoolingOperation(const Layer& layer, const Operands& operands)
      : operands_(operands), pooling_(pooling_of(layer, operands_.inputs[0].shape)) {}
  void forward() override { max_pool(operands_.inputs[0], pooling_, operands_.output, where()); }
  void backward() override {
    max_pool_backward(operands_.output_gradient, pooling_, where(), operands_.input_gradients[0]);
  }

 private:
  [[nodiscard]] std::span<std::uint8_t> where() const {
    return {reinterpret_cast<std::uint8_t*>(operands_.kept.data()), operands_.kept.size()};
  }

  const Operands& operands_;
  Pooling pooling_;
};

class UpsamplingOperation final : public Operation {
 public:
  UpsamplingOperation(const Step& step, const Operands& operands)
      : factor_(step.factor), operands_(operands) {}
  void forward() override { add_upsampled({}, operands_.inputs[0], factor_, operands_.output); }
  void backward() override {
    sum_blocks(operands_.output_gradient, factor_, operands_.input_gradients[0]);
  }

 private:
  std::size_t factor_;
  const Operands& operands_;
};

class DepthToSpaceOperation final : public Operation {
 public:
  DepthToSpaceOperation(const Step& step, const Operands& operands)
      : factor_(step.factor), operands_(operands) {}
  void forward() override { depth_to_space(operands_.inputs[0], factor_, operands_.output); }
  void backward() override {
    space_to_depth(operands_.output_gradient, factor_, operands_.input_gradients[0]);
  }

 private:
  std::size_t factor_;
  const Operands& operands_;
};

// The gradients of inputs of the output's size are the output's gradient itself: the executor
// gives them the same memory.
class SumOperation final : public Operation {
 public:
  SumOperation(const Step& step, const Operands& operands)
      : factor_(step.factor), operands_(operands) {}
  void forward() override {
    if (factor_ == 1) {
      add(operands_.inputs[0], operands_.inputs[1], operands_.output);
    } else {
      add_upsampled(operands_.inputs[0], operands_.inputs[1], factor_, operands_.output);
    }
  }
  void backward() override {
    if (factor_ != 1 && operands_.input_gradients[1].data != nullptr) {
      sum_blocks(operands_.output_gradient, factor_, operands_.input_gradients[1]);
    }
  }

 private:
  std::size_t factor_;
  const Operands& operands_;
};

class CropOperation final : public Operation {
 public:
  explicit CropOperation(const Operands& operands)
      : operands_(operands),
        top_((operands_.inputs[0].shape.h - operands_.output.shape.h) / 2),
        left_((operands_.inputs[0].shape.w - operands_.output.shape.w) / 2) {}
  void forward() override { crop(operands_.inputs[0], top_, left_, operands_.output); }
  void backward() override {
    uncrop(operands_.output_gradient, top_, left_, operands_.input_gradients[0]);
  }

 private:
  const Operands& operands_;
  std::size_t top_, left_;
};

// The executor itself writes the pictures there.
class InputOperation final : public Operation {
 public:
  void forward() override {}
  void backward() override {}
};

}  // namespace

std::size_t kept_bytes(StepKind kind, const Shape& output, Use use) {
  const bool training = use == Use::kTraining;
  switch (traits_of(kind).kept) {
    case Kept::kPlaces: return training ? output.size() : 0;
    case Kept::kMoments: return training ? 2 * sizeof(float) * output.c : 0;
    case Kept::kLengths: return sizeof(float) * output.n;
    case Kept::kNothing: break;
  }
  return 0;
}

std::unique_ptr<Operation> make_operation(const OperationPlace& place) {
  const Step& step = place.step;
  const Operands& operands = place.operands;
  switch (step.kind) {
    case StepKind::kInput: return std::make_unique<InputOperation>();
    case StepKind::kConvolution: return make_convolution(place);
    case StepKind::kDense: return make_dense(place);
    case StepKind::kNormalisation: return make_normalisation(place);
    case StepKind::kRelu: return std::make_unique<ReluOperation>(step, operands);
    case StepKind::kSigmoid: return std::make_unique<SigmoidOperation>(operands);
    case StepKind::kMaxPooling:
      return std::make_unique<MaxPoolingOperation>(place.network.layers[step.layer], operands);
    case StepKind::kUpsampling: return std::make_unique<UpsamplingOperation>(step, operands);
    case StepKind::kDepthToSpace: return std::make_unique<DepthToSpaceOperation>(step, operands);
    case StepKind::kSum: return std::make_unique<SumOperation>(step, operands);
    case StepKind::kCrop: return std::make_unique<CropOperation>(operands);
    case StepKind::kLuma:
    case StepKind::kGradientHistogram:
    case StepKind::kGradientPyramid:
    case StepKind::kLabHistogram:
    case StepKind::kFineLabHistogram:
    case StepKind::kPretrained:
    case StepKind::kUnitLength:
    case StepKind::kDescriptor: return make_descriptor_operation(place);
  }
  return nullptr;
}

}  // namespace likeness
