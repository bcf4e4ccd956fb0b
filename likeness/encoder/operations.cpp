#include "likeness/encoder/operations.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <utility>

#include "likeness/compute/convolution.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/encoder/weight_form.hpp"

namespace likeness {
namespace {

Pooling pooling_of(const Layer& layer, const Shape& in) {
  return {.kernel = layer.kernel,
          .stride = layer.stride,
          .pad_before = same_padding(in.h, layer.kernel, layer.stride).before,
          .pad_before_columns = same_padding(in.w, layer.kernel, layer.stride).before};
}

// What a trained normalisation multiplies and adds.
struct ScaleShift {
  std::vector<float> scale;
  std::vector<float> shift;
};

ScaleShift folded(const LayerParameters& normalisation) {
  const std::size_t channels = normalisation.weights.size();
  ScaleShift result{.scale = std::vector<float>(channels), .shift = std::vector<float>(channels)};
  for (std::size_t c = 0; c < channels; ++c) {
    result.scale[c] =
        normalisation.weights[c] / std::sqrt(normalisation.variance[c] + kNormalisationEpsilon);
    result.shift[c] = normalisation.bias[c] - normalisation.mean[c] * result.scale[c];
  }
  return result;
}

class ConvolutionOperation final : public Operation {
 public:
  ConvolutionOperation(const Step& step, const Layer& layer, Use use, Operands operands,
                       const StepParameters& parameters)
      : form_(step.form),
        operands_(std::move(operands)),
        parameters_(parameters.own),
        normalisation_(parameters.partner),
        shape_{.out = layer.output.c,
               .in = operands_.inputs[0].shape.c / layer.groups,
               .transposed = layer.kind == LayerKind::kTransposedConvolution},
        bias_(operands_.output.shape.c),
        bias_gradient_(bias_.size()),
        without_bias_(step.without_bias),
        convolution_(geometry(step, layer), operands_.inputs[0].precision,
                     operands_.output.precision, use) {
    if (form_ == WeightForm::kAsDescribed) return;
    weights_.resize(computed_size(form_, shape_));
    weights_gradient_.resize(use == Use::kTraining ? weights_.size() : 0);
  }

  void update_weights() override {
    std::span<const float> weights = parameters_.weights;
    std::vector<float> scaled;
    std::vector<float> bias(shape_.out);
    std::ranges::copy(parameters_.bias, bias.begin());
    if (!normalisation_.weights.empty()) {
      const auto affine = folded(normalisation_);
      scaled.assign(weights.begin(), weights.end());
      const std::size_t per_channel = scaled.size() / shape_.out;
      for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= affine.scale[i / per_channel];
      for (std::size_t c = 0; c < shape_.out; ++c) {
        bias[c] = bias[c] * affine.scale[c] + affine.shift[c];
      }
      weights = scaled;
    }
    for (std::size_t c = 0; c < bias_.size(); ++c) bias_[c] = bias[c % shape_.out];
    if (form_ == WeightForm::kAsDescribed) {
      convolution_.set_weights(weights);
    } else {
      expand_weights(form_, shape_, weights, weights_);
      convolution_.set_weights(weights_);
    }
  }

  void forward() override { convolution_.forward(operands_.inputs[0], bias_, operands_.output); }

  void backward() override {
    const bool as_described = form_ == WeightForm::kAsDescribed;
    convolution_.backward_weights(
        operands_.inputs[0], operands_.output_gradient,
        as_described ? parameters_.weights_gradient : std::span(weights_gradient_), bias_gradient_);
    if (!as_described) {
      contract_gradient(form_, shape_, weights_gradient_, parameters_.weights_gradient);
    }
    if (!parameters_.bias.empty() && !without_bias_) {
      std::ranges::fill(parameters_.bias_gradient, 0.0F);
      for (std::size_t c = 0; c < bias_gradient_.size(); ++c) {
        parameters_.bias_gradient[c % shape_.out] += bias_gradient_[c];
      }
    }
    if (operands_.input_gradients[0].data != nullptr) {
      convolution_.backward_input(operands_.output_gradient, operands_.input_gradients[0]);
    }
  }

 private:
  [[nodiscard]] ConvolutionGeometry geometry(const Step& step, const Layer& layer) const {
    const Shape& in = operands_.inputs[0].shape;
    const Shape& out = operands_.output.shape;
    ConvolutionGeometry it{
        .in = in,
        .out = out,
        .kernel = layer.kernel,
        .stride = layer.stride,
        .groups = layer.groups,
        .transposed = layer.kind == LayerKind::kTransposedConvolution,
        .bias = (layer.bias && !step.without_bias) || step.normalisation != kNoLayer,
        .relu = step.relu_slope == 0.0F};
    if (step.form == WeightForm::kUpsampled) {
      it.kernel = 4;
      it.stride = 2;
    }
    if (step.form != WeightForm::kAsDescribed) it.transposed = step.form == WeightForm::kUpsampled;
    const Shape& large = it.transposed ? out : in;
    it.pad_before = same_padding(large.h, it.kernel, it.stride).before;
    it.pad_before_columns = same_padding(large.w, it.kernel, it.stride).before;
    return it;
  }

  WeightForm form_;
  Operands operands_;
  LayerParameters parameters_;
  LayerParameters normalisation_;
  WeightShape shape_;
  std::vector<float> bias_;
  std::vector<float> bias_gradient_;
  std::vector<float> weights_;
  std::vector<float> weights_gradient_;
  bool without_bias_;
  Convolution convolution_;
};

// output = input * transposed weights + bias. The output is F32; BF16 inputs meet BF16 weights.
class DenseOperation final : public Operation {
 public:
  DenseOperation(Use use, Operands operands, const LayerParameters& parameters)
      : operands_(std::move(operands)),
        parameters_(parameters),
        precision_(operands_.inputs[0].precision),
        batch_(operands_.output.shape.n),
        in_(operands_.inputs[0].shape.size() / batch_),
        out_(operands_.output.shape.size() / batch_),
        forward_(matrix(batch_, in_), matrix(out_, in_).transposed(), Precision::kF32, true) {
    if (precision_ == Precision::kBf16) {
      narrow_weights_ = AlignedBuffer(in_ * out_ * 2);
      narrow_gradient_ = AlignedBuffer(batch_ * out_ * 2);
    }
    if (use == Use::kInference) return;
    backward_weights_ = std::make_unique<MatrixProduct>(matrix(batch_, out_).transposed(),
                                                        matrix(batch_, in_), Precision::kF32);
    backward_input_ =
        std::make_unique<MatrixProduct>(matrix(batch_, out_), matrix(out_, in_), precision_);
  }

  void update_weights() override {
    if (precision_ == Precision::kF32) return;
    copy_as({.shape = {.c = in_ * out_}, .data = parameters_.weights.data()},
            {.shape = {.c = in_ * out_}, .precision = precision_, .data = narrow_weights_.data()});
  }

  void forward() override {
    forward_.run(operands_.inputs[0].data, weights(), operands_.output.data,
                 parameters_.bias.data());
  }

  void backward() override {
    const Tensor& gradient = operands_.output_gradient;
    const void* data = gradient.data;
    if (precision_ != gradient.precision) {
      copy_as(gradient,
              {.shape = gradient.shape, .precision = precision_, .data = narrow_gradient_.data()});
      data = narrow_gradient_.data();
    }
    backward_weights_->run(data, operands_.inputs[0].data, parameters_.weights_gradient.data());
    sum_channels(
        {.shape = {.n = batch_, .c = out_}, .precision = gradient.precision, .data = gradient.data},
        parameters_.bias_gradient);
    if (operands_.input_gradients[0].data != nullptr) {
      backward_input_->run(data, weights(), operands_.input_gradients[0].data);
    }
  }

 private:
  [[nodiscard]] Matrix matrix(std::size_t rows, std::size_t columns) const {
    return {.rows = rows, .columns = columns, .row_stride = columns, .precision = precision_};
  }
  [[nodiscard]] const void* weights() const {
    if (precision_ == Precision::kBf16) return narrow_weights_.data();
    return parameters_.weights.data();
  }

  Operands operands_;
  LayerParameters parameters_;
  Precision precision_;
  std::size_t batch_, in_, out_;
  AlignedBuffer narrow_weights_;
  AlignedBuffer narrow_gradient_;
  MatrixProduct forward_;
  std::unique_ptr<MatrixProduct> backward_weights_;
  std::unique_ptr<MatrixProduct> backward_input_;
};

class NormalisationOperation final : public Operation {
 public:
  NormalisationOperation(const Step& step, Use use, Operands operands,
                         const StepParameters& parameters, const float& momentum)
      : use_(use),
        operands_(std::move(operands)),
        parameters_(parameters.own),
        uncounted_bias_(parameters.partner.bias),
        momentum_(momentum),
        slope_(step.relu_slope),
        mean_(operands_.output.shape.c),
        inverse_spread_(mean_.size()) {}

  void update_weights() override {
    if (use_ == Use::kInference) affine_ = folded(parameters_);
  }

  void forward() override {
    if (use_ == Use::kInference) {
      scale_and_shift(operands_.inputs[0], affine_.scale, affine_.shift, slope_, operands_.output);
      return;
    }
    normalise(operands_.inputs[0], description(), moments(), operands_.output);
    for (std::size_t c = 0; c < mean_.size(); ++c) {
      const float variance =
          1.0F / (inverse_spread_[c] * inverse_spread_[c]) - kNormalisationEpsilon;
      const float bias = uncounted_bias_.empty() ? 0.0F : uncounted_bias_[c];
      follow(parameters_.mean[c], mean_[c] + bias);
      follow(parameters_.variance[c], std::max(0.0F, variance));
    }
  }

  void backward() override {
    normalise_backward(operands_.inputs[0], description(), moments(), operands_.output_gradient,
                       operands_.input_gradients[0],
                       {.gamma = parameters_.weights_gradient, .beta = parameters_.bias_gradient});
  }

 private:
  [[nodiscard]] Normalisation description() const {
    return {.gamma = parameters_.weights,
            .beta = parameters_.bias,
            .epsilon = kNormalisationEpsilon,
            .relu_slope = slope_};
  }
  [[nodiscard]] BatchMoments moments() {
    return {.mean = mean_, .inverse_spread = inverse_spread_};
  }
  void follow(float& running, float now) const { running += (1.0F - momentum_) * (now - running); }

  Use use_;
  Operands operands_;
  LayerParameters parameters_;
  std::span<const float> uncounted_bias_;
  const float& momentum_;
  float slope_;
  std::vector<float> mean_;
  std::vector<float> inverse_spread_;
  ScaleShift affine_;
};

class ReluOperation final : public Operation {
 public:
  ReluOperation(const Step& step, Operands operands)
      : slope_(step.relu_slope), operands_(std::move(operands)) {}
  void forward() override { relu(operands_.inputs[0], slope_, operands_.output); }
  void backward() override {
    relu_backward(operands_.output, slope_, operands_.output_gradient,
                  operands_.input_gradients[0]);
  }

 private:
  float slope_;
  Operands operands_;
};

class SigmoidOperation final : public Operation {
 public:
  explicit SigmoidOperation(Operands operands) : operands_(std::move(operands)) {}
  void forward() override { sigmoid(operands_.inputs[0], operands_.output); }
  void backward() override {
    sigmoid_backward(operands_.output, operands_.output_gradient, operands_.input_gradients[0]);
  }

 private:
  Operands operands_;
};

class MaxPoolingOperation final : public Operation {
 public:
  MaxPoolingOperation(const Layer& layer, Operands operands)
      : operands_(std::move(operands)),
        pooling_(pooling_of(layer, operands_.inputs[0].shape)),
        where_(operands_.output.shape.size()) {}
  void forward() override { max_pool(operands_.inputs[0], pooling_, operands_.output, where_); }
  void backward() override {
    max_pool_backward(operands_.output_gradient, pooling_, where_, operands_.input_gradients[0]);
  }

 private:
  Operands operands_;
  Pooling pooling_;
  std::vector<std::uint8_t> where_;
};

class UpsamplingOperation final : public Operation {
 public:
  UpsamplingOperation(const Step& step, Operands operands)
      : factor_(step.factor), operands_(std::move(operands)) {}
  void forward() override { add_upsampled({}, operands_.inputs[0], factor_, operands_.output); }
  void backward() override {
    sum_blocks(operands_.output_gradient, factor_, operands_.input_gradients[0]);
  }

 private:
  std::size_t factor_;
  Operands operands_;
};

class DepthToSpaceOperation final : public Operation {
 public:
  DepthToSpaceOperation(const Step& step, Operands operands)
      : factor_(step.factor), operands_(std::move(operands)) {}
  void forward() override { depth_to_space(operands_.inputs[0], factor_, operands_.output); }
  void backward() override {
    space_to_depth(operands_.output_gradient, factor_, operands_.input_gradients[0]);
  }

 private:
  std::size_t factor_;
  Operands operands_;
};

// The gradients of inputs of the output's size are the output's gradient itself: the executor
// gives them the same memory.
class SumOperation final : public Operation {
 public:
  SumOperation(const Step& step, Operands operands)
      : factor_(step.factor), operands_(std::move(operands)) {}
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
  Operands operands_;
};

class CropOperation final : public Operation {
 public:
  explicit CropOperation(Operands operands)
      : operands_(std::move(operands)),
        top_((operands_.inputs[0].shape.h - operands_.output.shape.h) / 2),
        left_((operands_.inputs[0].shape.w - operands_.output.shape.w) / 2) {}
  void forward() override { crop(operands_.inputs[0], top_, left_, operands_.output); }
  void backward() override {
    uncrop(operands_.output_gradient, top_, left_, operands_.input_gradients[0]);
  }

 private:
  Operands operands_;
  std::size_t top_, left_;
};

// The executor itself writes the pictures there.
class InputOperation final : public Operation {
 public:
  void forward() override {}
  void backward() override {}
};

}  // namespace

std::unique_ptr<Operation> make_operation(const Step& step, const Network& network, Use use,
                                          const Operands& operands,
                                          const StepParameters& parameters, const float& momentum) {
  switch (step.kind) {
    case StepKind::kInput: return std::make_unique<InputOperation>();
    case StepKind::kConvolution:
      return std::make_unique<ConvolutionOperation>(step, network.layers[step.layer], use, operands,
                                                    parameters);
    case StepKind::kDense: return std::make_unique<DenseOperation>(use, operands, parameters.own);
    case StepKind::kNormalisation:
      return std::make_unique<NormalisationOperation>(step, use, operands, parameters, momentum);
    case StepKind::kRelu: return std::make_unique<ReluOperation>(step, operands);
    case StepKind::kSigmoid: return std::make_unique<SigmoidOperation>(operands);
    case StepKind::kMaxPooling:
      return std::make_unique<MaxPoolingOperation>(network.layers[step.layer], operands);
    case StepKind::kUpsampling: return std::make_unique<UpsamplingOperation>(step, operands);
    case StepKind::kDepthToSpace: return std::make_unique<DepthToSpaceOperation>(step, operands);
    case StepKind::kSum: return std::make_unique<SumOperation>(step, operands);
    case StepKind::kCrop: return std::make_unique<CropOperation>(operands);
  }
  return nullptr;
}

}  // namespace likeness
