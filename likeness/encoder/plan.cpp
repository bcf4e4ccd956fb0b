#include "likeness/encoder/plan.hpp"

#include <algorithm>

#include "likeness/base/error.hpp"
#include "likeness/encoder/step_traits.hpp"

namespace likeness {
namespace {

// Below this many output channels a transposed convolution wastes most of a vector.
constexpr std::size_t kFewChannels = 8;

class Planner {
 public:
  Planner(const Network& network, Use use)
      : network_(network), use_(use), readers_(count_readers()) {}

  Plan run() {
    for (std::size_t layer = 0; layer < network_.layers.size(); ++layer) {
      places_.push_back(place(layer));
    }
    plan_.latent = materialised(places_[network_.latent], 1).step;
    plan_.reconstruction = materialised(places_.back(), 1).step;
    return std::move(plan_);
  }

 private:
  // Where a layer's output lies: that of a step, still to be upsampled by a factor.
  struct Place {
    Place(std::size_t where, std::size_t still_to_upsample)
        : step(where), factor(still_to_upsample) {}
    std::size_t step;
    std::size_t factor;
  };

  [[nodiscard]] std::vector<std::size_t> count_readers() const {
    std::vector<std::size_t> readers(network_.layers.size());
    for (const auto& layer : network_.layers) {
      for (const auto input : layer.inputs) ++readers[input];
    }
    ++readers[network_.latent];
    ++readers.back();
    return readers;
  }

  std::size_t add(Step step) {
    plan_.steps.push_back(std::move(step));
    return plan_.steps.size() - 1;
  }

  // The same output, upsampled until only `factor` is left to do.
  Place materialised(const Place& place, std::size_t factor) {
    if (place.factor == factor) return place;
    const std::size_t now = place.factor / factor;
    const Shape& small = plan_.steps[place.step].output;
    return {add({.kind = StepKind::kUpsampling,
                 .inputs = {place.step},
                 .output = {.c = small.c, .h = small.h * now, .w = small.w * now},
                 .factor = now}),
            factor};
  }

  // A step whose output has the place's size: all pixels are treated alike.
  Place add_alike(StepKind kind, std::size_t layer, const Place& in, std::size_t channels,
                  float relu_slope = 1.0F) {
    Shape shape = plan_.steps[in.step].output;
    shape.c = channels;
    return {add({.kind = kind,
                 .layer = layer,
                 .inputs = {in.step},
                 .output = shape,
                 .relu_slope = relu_slope}),
            in.factor};
  }

  // A step that needs its input at full size and in the layout that the description says.
  Place add_spatial(StepKind kind, std::size_t layer, const Place& in) {
    const Place whole = materialised(in, 1);
    require_described_shape(layer, whole);
    const Layer& it = network_.layers[layer];
    return {add({.kind = kind,
                 .layer = layer,
                 .inputs = {whole.step},
                 .output = it.output,
                 .factor = it.stride}),
            1};
  }

  // A dense layer may read flattened memory in any shape; nothing else can.
  void require_described_shape(std::size_t layer, std::size_t input, const Place& in) const {
    Shape shape = plan_.steps[in.step].output;
    shape.h *= in.factor;
    shape.w *= in.factor;
    if (shape == network_.layers[input].output) return;
    throw Error(Error::Kind::kInput, network_.name + ": layer " + network_.layers[layer].name +
                                         " reads a reshaped output: only dense layers can; "
                                         "change the network");
  }
  void require_described_shape(std::size_t layer, const Place& in) const {
    require_described_shape(layer, network_.layers[layer].inputs.front(), in);
  }

  // A step that reads all its inputs as the description says: pictures, or vectors.
  Place add_whole(StepKind kind, std::size_t layer) {
    std::vector<std::size_t> inputs;
    for (const auto input : network_.layers[layer].inputs) {
      inputs.push_back(materialised(places_[input], 1).step);
    }
    return {add({.kind = kind,
                 .layer = layer,
                 .inputs = std::move(inputs),
                 .output = network_.layers[layer].output}),
            1};
  }

  Place add_of_vectors(StepKind kind, std::size_t layer) {
    const Place place = add_whole(kind, layer);
    for (const auto input : plan_.steps[place.step].inputs) {
      if (gives_vectors(plan_.steps[input].kind)) continue;
      throw Error(Error::Kind::kInput, network_.name + ": layer " + network_.layers[layer].name +
                                           " reads what no dense layer and no descriptor made: it "
                                           "cannot be run; change the network");
    }
    return place;
  }

  Place place(std::size_t layer) {
    const Layer& it = network_.layers[layer];
    if (it.kind == LayerKind::kInput) return {add({.layer = layer, .output = it.output}), 1};
    const Place in = places_[it.inputs.front()];
    switch (it.kind) {
      case LayerKind::kConvolution:
      case LayerKind::kTransposedConvolution: return place_convolution(layer, in);
      case LayerKind::kDense: {
        const Place whole = materialised(in, 1);
        return {add({.kind = StepKind::kDense,
                     .layer = layer,
                     .inputs = {whole.step},
                     .output = it.output}),
                1};
      }
      case LayerKind::kBatchNormalisation: return place_normalisation(layer, in);
      case LayerKind::kRelu: return place_relu(layer, in);
      case LayerKind::kSigmoid:
        return add_alike(StepKind::kSigmoid, layer, in, plan_.steps[in.step].output.c);
      case LayerKind::kMaxPooling: return add_spatial(StepKind::kMaxPooling, layer, in);
      case LayerKind::kDepthToSpace: return add_spatial(StepKind::kDepthToSpace, layer, in);
      case LayerKind::kCrop: return add_spatial(StepKind::kCrop, layer, in);
      case LayerKind::kUpsampling:
        require_described_shape(layer, in);
        return {in.step, in.factor * it.stride};
      case LayerKind::kSum: return place_sum(layer);
      case LayerKind::kReshape: return place_reshape(layer, in);
      case LayerKind::kLuma: return add_whole(StepKind::kLuma, layer);
      case LayerKind::kGradientHistogram: return add_whole(StepKind::kGradientHistogram, layer);
      case LayerKind::kGradientPyramid: return add_whole(StepKind::kGradientPyramid, layer);
      case LayerKind::kLabHistogram: return add_whole(StepKind::kLabHistogram, layer);
      case LayerKind::kFineLabHistogram: return add_whole(StepKind::kFineLabHistogram, layer);
      case LayerKind::kPretrained: return add_whole(StepKind::kPretrained, layer);
      case LayerKind::kUnitLength: return add_of_vectors(StepKind::kUnitLength, layer);
      case LayerKind::kDescriptor: return add_of_vectors(StepKind::kDescriptor, layer);
      case LayerKind::kInput: break;
    }
    return in;
  }

  Place place_convolution(std::size_t layer, const Place& in) {
    const Layer& it = network_.layers[layer];
    require_described_shape(layer, in);
    const bool plain = it.stride == 1 && it.groups == 1;
    if (plain && it.kernel == 1) return add_alike(StepKind::kConvolution, layer, in, it.output.c);
    if (plain && it.kernel == 3 && in.factor % 2 == 0) return place_upsampled(layer, in);
    auto result = add_spatial(StepKind::kConvolution, layer, in);
    plan_.steps[result.step].factor = 1;
    return result;
  }

  Place place_upsampled(std::size_t layer, const Place& in) {
    const Layer& it = network_.layers[layer];
    const Place half = materialised(in, 2);
    Step step{
        .kind = StepKind::kConvolution, .layer = layer, .inputs = {half.step}, .output = it.output};
    if (it.output.c >= kFewChannels) {
      step.form = WeightForm::kUpsampled;
      return {add(std::move(step)), 1};
    }
    step.form = WeightForm::kPhases;
    step.output = {.c = it.output.c * 4, .h = it.output.h / 2, .w = it.output.w / 2};
    const auto phases = add(std::move(step));
    return {add({.kind = StepKind::kDepthToSpace,
                 .layer = layer,
                 .inputs = {phases},
                 .output = it.output,
                 .factor = 2}),
            1};
  }

  Place place_normalisation(std::size_t layer, const Place& in) {
    const std::size_t input = network_.layers[layer].inputs.front();
    Step& before = plan_.steps[in.step];
    const bool alone = readers_[input] == 1 && before.layer == input;
    if (use_ == Use::kInference && alone && before.kind == StepKind::kConvolution) {
      before.normalisation = layer;
      return in;
    }
    const bool drops_bias =
        use_ == Use::kTraining && alone && before.kind == StepKind::kConvolution;
    before.without_bias = drops_bias;
    const auto result = add_alike(StepKind::kNormalisation, layer, in, before.output.c);
    if (drops_bias) plan_.steps[result.step].bias_layer = input;
    return result;
  }

  Place place_relu(std::size_t layer, const Place& in) {
    const Layer& it = network_.layers[layer];
    Step& before = plan_.steps[in.step];
    const bool alone = readers_[it.inputs.front()] == 1 && before.relu_slope == 1.0F;
    const bool with_convolution =
        use_ == Use::kInference && it.slope == 0.0F && before.kind == StepKind::kConvolution;
    if (alone && (with_convolution || before.kind == StepKind::kNormalisation)) {
      before.relu_slope = it.slope;
      return in;
    }
    if (before.relu_slope == 0.0F) return in;  // nothing is below 0 any more
    return add_alike(StepKind::kRelu, layer, in, before.output.c, it.slope);
  }

  Place place_sum(std::size_t layer) {
    const Layer& it = network_.layers[layer];
    Place large = places_[it.inputs[0]];
    Place small = places_[it.inputs[1]];
    require_described_shape(layer, it.inputs[0], large);
    require_described_shape(layer, it.inputs[1], small);
    if (large.factor > small.factor) std::swap(large, small);
    if (small.factor % large.factor != 0) {
      large = materialised(large, 1);
      small = materialised(small, 1);
    }
    return {add({.kind = StepKind::kSum,
                 .layer = layer,
                 .inputs = {large.step, small.step},
                 .output = plan_.steps[large.step].output,
                 .factor = small.factor / large.factor}),
            large.factor};
  }

  // To a flat vector: the memory stays as it is, for a dense layer to read. From a flat vector that
  // a dense layer made, perhaps through activations: that layer makes it in the new shape at once.
  Place place_reshape(std::size_t layer, const Place& in) {
    const Shape& shape = network_.layers[layer].output;
    const Place whole = materialised(in, 1);
    if (shape.c == shape.size()) return whole;
    for (std::size_t step = whole.step;; step = plan_.steps[step].inputs.front()) {
      Step& it = plan_.steps[step];
      const bool alike = it.kind == StepKind::kRelu || it.kind == StepKind::kSigmoid;
      if ((!alike && it.kind != StepKind::kDense) || readers_[it.layer] != 1) {
        throw Error(Error::Kind::kInput,
                    network_.name + ": " + network_.layers[layer].name +
                        " reshapes what no dense layer made: it cannot be run; change the network");
      }
      it.output = shape;
      if (it.kind == StepKind::kDense) return whole;
    }
  }

  const Network& network_;
  Use use_;
  std::vector<std::size_t> readers_;
  std::vector<Place> places_;
  Plan plan_;
};

}  // namespace

Plan plan(const Network& network, Use use) { return Planner(network, use).run(); }

}  // namespace likeness
