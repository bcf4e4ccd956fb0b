#include "likeness/encoder/weighted_operations.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "likeness/compute/convolution.hpp"
#include "likeness/compute/kernels.hpp"
#include "likeness/encoder/weight_form.hpp"

namespace likeness {
namespace {

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
  ConvolutionOperation(const OperationPlace& place, const Layer& layer,
                       const ConvolutionOperation* like)
      : form_(place.step.form),
        operands_(place.operands),
        parameters_(place.parameters.own),
        normalisation_(place.parameters.partner),
        shape_{.out = layer.output.c,
               .in = operands_.inputs[0].shape.c / layer.groups,
               .transposed = layer.kind == LayerKind::kTransposedConvolution},
        bias_(like == nullptr ? std::make_shared<std::vector<float>>(operands_.output.shape.c)
                              : like->bias_),
        bias_gradient_(bias_->size()),
        without_bias_(place.step.without_bias),
        convolution_(place.context, geometry(place.step, layer), operands_.inputs[0].precision,
                     operands_.output.precision, place.use,
                     like == nullptr ? nullptr : &like->convolution_) {
    if (form_ != WeightForm::kAsDescribed && place.use == Use::kTraining)
      weights_gradient_.resize(computed_size(form_, shape_));
  }

  void update_weights() override {
    for (std::size_t c = 0; c < bias_->size(); ++c) {
      (*bias_)[c] = parameters_.bias.empty() ? 0.0F : parameters_.bias[c % shape_.out];
    }
    std::span<const float> weights = parameters_.weights;
    if (!normalisation_.weights.empty()) weights = draw_in_normalisation();
    if (form_ != WeightForm::kAsDescribed) {
      weights_.resize(computed_size(form_, shape_));
      expand_weights(form_, shape_, weights, weights_);
      weights = weights_;
    }
    convolution_.set_weights(weights);
  }

  void forward() override { convolution_.forward(operands_.inputs[0], *bias_, operands_.output); }

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
  // For inference: the weights and the bias with the trained normalisation behind them.
  std::span<const float> draw_in_normalisation() {
    const auto affine = folded(normalisation_);
    scaled_.assign(parameters_.weights.begin(), parameters_.weights.end());
    const std::size_t per_channel = scaled_.size() / shape_.out;
    for (std::size_t i = 0; i < scaled_.size(); ++i) scaled_[i] *= affine.scale[i / per_channel];
    for (std::size_t c = 0; c < bias_->size(); ++c) {
      float& bias = (*bias_)[c];
      const std::size_t channel = c % shape_.out;
      bias = bias * affine.scale[channel] + affine.shift[channel];
    }
    return scaled_;
  }

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
  const Operands& operands_;
  const LayerParameters& parameters_;
  const LayerParameters& normalisation_;
  WeightShape shape_;
  std::shared_ptr<std::vector<float>> bias_;
  std::vector<float> bias_gradient_;
  std::vector<float> scaled_;   // with the normalisation
  std::vector<float> weights_;  // in the form that is computed with
  std::vector<float> weights_gradient_;
  bool without_bias_;
  Convolution convolution_;
};

// output = input * transposed weights + bias. The output is F32; BF16 inputs meet BF16 weights.
class DenseOperation final : public Operation {
 public:
  DenseOperation(const OperationPlace& place, const DenseOperation* like)
      : operands_(place.operands),
        parameters_(place.parameters.own),
        precision_(operands_.inputs[0].precision),
        batch_(operands_.output.shape.n),
        in_(operands_.inputs[0].shape.size() / batch_),
        out_(operands_.output.shape.size() / batch_),
        forward_(place.context, matrix(batch_, in_), matrix(out_, in_).transposed(),
                 Precision::kF32, true) {
    if (precision_ == Precision::kBf16) {
      narrow_weights_ = like == nullptr ? std::make_shared<const AlignedBuffer>(in_ * out_ * 2)
                                        : like->narrow_weights_;
    }
    if (place.use == Use::kInference) return;
    backward_weights_ = std::make_unique<MatrixProduct>(
        place.context, matrix(batch_, out_).transposed(), matrix(batch_, in_), Precision::kF32);
    backward_input_ = std::make_unique<MatrixProduct>(place.context, matrix(batch_, out_),
                                                      matrix(out_, in_), precision_);
    // The gradient comes in the precision of what reads us, and the products want that of what we
    // read.
    converted_gradient_ = AlignedBuffer(batch_ * out_ * sizeof(float));
  }

  void update_weights() override {
    if (precision_ == Precision::kF32) return;
    copy_as({.shape = {.c = in_ * out_}, .data = parameters_.weights.data()},
            {.shape = {.c = in_ * out_}, .precision = precision_, .data = narrow_weights_->data()});
  }

  void forward() override {
    forward_.run(operands_.inputs[0].data, weights(), operands_.output.data,
                 parameters_.bias.data());
  }

  void backward() override {
    const Tensor& gradient = operands_.output_gradient;
    const void* data = gradient.data;
    if (precision_ != gradient.precision) {
      copy_as(
          gradient,
          {.shape = gradient.shape, .precision = precision_, .data = converted_gradient_.data()});
      data = converted_gradient_.data();
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
    if (precision_ == Precision::kBf16) return narrow_weights_->data();
    return parameters_.weights.data();
  }

  const Operands& operands_;
  const LayerParameters& parameters_;
  Precision precision_;
  std::size_t batch_, in_, out_;
  std::shared_ptr<const AlignedBuffer> narrow_weights_;
  AlignedBuffer converted_gradient_;
  MatrixProduct forward_;
  std::unique_ptr<MatrixProduct> backward_weights_;
  std::unique_ptr<MatrixProduct> backward_input_;
};

class NormalisationOperation final : public Operation {
 public:
  NormalisationOperation(const OperationPlace& place, const NormalisationOperation* like)
      : use_(place.use),
        operands_(place.operands),
        parameters_(place.parameters.own),
        uncounted_bias_(place.parameters.partner.bias),
        slope_(place.step.relu_slope),
        affine_(like == nullptr ? std::make_shared<ScaleShift>() : like->affine_) {}

  void update_weights() override {
    if (use_ == Use::kInference) *affine_ = folded(parameters_);
  }

  void forward() override {
    if (use_ == Use::kInference) {
      scale_and_shift(operands_.inputs[0], affine_->scale, affine_->shift, slope_,
                      operands_.output);
      return;
    }
    const BatchMoments own = moments();
    normalise(operands_.inputs[0], description(), own, operands_.output);
    for (std::size_t c = 0; c < own.mean.size(); ++c) {
      const float spread = own.inverse_spread[c];
      const float bias = uncounted_bias_.empty() ? 0.0F : uncounted_bias_[c];
      parameters_.mean[c] = own.mean[c] + bias;
      parameters_.variance[c] = std::max(0.0F, 1.0F / (spread * spread) - kNormalisationEpsilon);
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
  [[nodiscard]] BatchMoments moments() const {
    const std::size_t channels = operands_.output.shape.c;
    auto* const first = reinterpret_cast<float*>(operands_.kept.data());
    return {.mean = {first, channels}, .inverse_spread = {first + channels, channels}};
  }

  Use use_;
  const Operands& operands_;
  const LayerParameters& parameters_;
  std::span<const float> uncounted_bias_;
  float slope_;
  std::shared_ptr<ScaleShift> affine_;  // for inference
};

// The same step's operation is of the same kind.
template <typename Same>
const Same* like(const OperationPlace& place) {
  return static_cast<const Same*>(place.like);
}

}  // namespace

std::unique_ptr<Operation> make_convolution(const OperationPlace& place) {
  return std::make_unique<ConvolutionOperation>(place, place.network.layers[place.step.layer],
                                                like<ConvolutionOperation>(place));
}

std::unique_ptr<Operation> make_dense(const OperationPlace& place) {
  return std::make_unique<DenseOperation>(place, like<DenseOperation>(place));
}

std::unique_ptr<Operation> make_normalisation(const OperationPlace& place) {
  return std::make_unique<NormalisationOperation>(place, like<NormalisationOperation>(place));
}

}  // namespace likeness
