#include "likeness/encoder/onnx_export.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/onnx_descriptors.hpp"
#include "likeness/encoder/parts.hpp"

namespace likeness {
namespace {

using WholeNumbers = std::vector<std::int64_t>;

constexpr const char* kPictures = "pictures";
constexpr const char* kLatents = "latents";
constexpr const char* kReconstructions = "reconstructions";

std::int64_t whole(std::size_t value) { return static_cast<std::int64_t>(value); }
WholeNumbers twice(std::size_t value) { return {whole(value), whole(value)}; }

// Before the rows, before the columns, after the rows, after the columns.
OnnxAttribute pads_of(const Padding& rows, const Padding& columns) {
  return {"pads", WholeNumbers{whole(rows.before), whole(columns.before), whole(rows.after),
                               whole(columns.after)}};
}

std::vector<std::size_t> map_dimensions(const Shape& shape) { return {shape.c, shape.h, shape.w}; }

// (O, I, K, K) to (I, O, K, K).
std::vector<float> input_first(std::span<const float> weights, const Parameter& parameter) {
  const std::size_t out = parameter.dimensions[0];
  const std::size_t in = parameter.dimensions[1];
  const std::size_t taps = weights.size() / (out * in);
  std::vector<float> result;
  result.reserve(weights.size());
  for (std::size_t i = 0; i < in; ++i) {
    for (std::size_t o = 0; o < out; ++o) {
      const auto kernel = weights.subspan((o * in + i) * taps, taps);
      result.insert(result.end(), kernel.begin(), kernel.end());
    }
  }
  return result;
}

// Adds layers of a model to a graph, each when it is first asked for. What a layer gives is a map
// (N, C, H, W) or, if it is made of vectors, a vector (N, C x H x W).
class Exporter {
 public:
  Exporter(const Model& model, OnnxGraphBuilder& graph)
      : model_(model), graph_(graph), values_(model.network.layers.size()) {
    std::size_t begin = 0;
    for (std::size_t layer = 0; layer < values_.size(); ++layer) {
      first_parameter_.push_back(begin);
      for (const auto& it : parameters_of(model.network, layer)) begin += it.size();
    }
  }

  void give_pictures(const std::string& levels) {
    levels_ = levels;
    values_[0] = as_map(graph_.add("Div", {levels, graph_.number(255.0F)}));
  }
  void give_vector(std::size_t layer, const std::string& vector) {
    values_[layer] = as_vector(vector);
  }

  std::string vector(std::size_t layer) {
    const Value value = value_of(layer);
    if (value.is_vector) return value.name;
    return graph_.reshape(value.name, {model_.network.layers[layer].output.size()});
  }
  std::string map(std::size_t layer) {
    const Value value = value_of(layer);
    if (!value.is_vector) return value.name;
    return graph_.reshape(value.name, map_dimensions(model_.network.layers[layer].output));
  }

 private:
  struct Value {
    std::string name;  // empty: not yet there
    bool is_vector = false;
  };
  static Value as_map(std::string name) { return {.name = std::move(name), .is_vector = false}; }
  static Value as_vector(std::string name) { return {.name = std::move(name), .is_vector = true}; }

  // Those that it reads come first: a chain of layers may be long, and so nothing calls itself.
  Value value_of(std::size_t layer) {
    std::vector<std::size_t> wanted{layer};
    while (!wanted.empty()) {
      const std::size_t next = wanted.back();
      const std::size_t before = wanted.size();
      if (values_[next].name.empty()) {
        for (const std::size_t input : model_.network.layers[next].inputs) {
          if (values_[input].name.empty()) wanted.push_back(input);
        }
      }
      if (wanted.size() > before) continue;
      if (values_[next].name.empty()) values_[next] = add(next);
      wanted.pop_back();
    }
    return values_[layer];
  }

  Value add(std::size_t position) {
    const Layer& layer = model_.network.layers[position];
    graph_.begin(layer.name);
    switch (layer.kind) {
      case LayerKind::kInput: refuse();
      case LayerKind::kConvolution: return as_map(convolution(position));
      case LayerKind::kTransposedConvolution: return as_map(transposed_convolution(position));
      case LayerKind::kDense: return as_vector(dense(position));
      case LayerKind::kBatchNormalisation: return normalisation(position);
      case LayerKind::kRelu: return relu(layer);
      case LayerKind::kSigmoid: return alike(layer, "Sigmoid");
      case LayerKind::kMaxPooling: return as_map(max_pooling(layer));
      case LayerKind::kUpsampling: return as_map(upsampling(layer));
      case LayerKind::kDepthToSpace: return as_map(depth_to_space(layer));
      case LayerKind::kSum:
        return as_map(graph_.add("Add", {map(layer.inputs[0]), map(layer.inputs[1])}));
      case LayerKind::kReshape: return reshaped(layer);
      case LayerKind::kCrop: return as_map(crop(layer));
      case LayerKind::kLuma: return as_map(add_luma(graph_, pictures()));
      case LayerKind::kGradientHistogram:
        return as_vector(add_gradient_histogram(graph_, pictures()));
      case LayerKind::kGradientPyramid: return as_vector(add_gradient_pyramid(graph_, pictures()));
      case LayerKind::kLabHistogram:
        return as_vector(add_lab_histogram(graph_, pictures(), LabBins::kEven));
      case LayerKind::kFineLabHistogram:
        return as_vector(add_lab_histogram(graph_, pictures(), LabBins::kFine));
      case LayerKind::kPretrained:
        throw Error(Error::Kind::kInput,
                    model_.name +
                        ": looks at pictures by a pretrained encoder, which is a file of "
                        "its own: it cannot be written into another");
      case LayerKind::kUnitLength:
        return as_vector(add_unit_length(graph_, vector(layer.inputs[0])));
      case LayerKind::kDescriptor: return as_vector(descriptor(layer));
    }
    return {};
  }

  // A layer that reads pictures where there are none.
  [[noreturn]] void refuse() const {
    throw Error(Error::Kind::kInput,
                model_.name +
                    ": its decoder looks at the picture, too, so that latents alone are "
                    "not enough: export both, encoder and decoder");
  }
  [[nodiscard]] OnnxPictures pictures() const {
    if (levels_.empty()) refuse();
    return {.levels = levels_, .shape = model_.network.input()};
  }

  std::string parameter(const Parameter& which) {
    const auto values = values_at(which);
    return graph_.constant(which.dimensions, {values.begin(), values.end()});
  }
  [[nodiscard]] std::span<const float> values_at(const Parameter& which) const {
    std::size_t begin = first_parameter_[which.layer];
    for (const auto& it : parameters_of(model_.network, which.layer)) {
      if (it.role == which.role) break;
      begin += it.size();
    }
    return std::span(model_.parameters).subspan(begin, which.size());
  }

  std::string convolution(std::size_t position) {
    const Layer& layer = model_.network.layers[position];
    const Shape& in = model_.network.layers[layer.inputs[0]].output;
    std::vector<std::string> inputs{map(layer.inputs[0])};
    for (const auto& it : parameters_of(model_.network, position)) inputs.push_back(parameter(it));
    return graph_.add("Conv", std::move(inputs),
                      {{"kernel_shape", twice(layer.kernel)},
                       {"strides", twice(layer.stride)},
                       {"group", whole(layer.groups)},
                       pads_of(same_padding(in.h, layer.kernel, layer.stride),
                               same_padding(in.w, layer.kernel, layer.stride))});
  }

  std::string transposed_convolution(std::size_t position) {
    const Layer& layer = model_.network.layers[position];
    const auto parameters = parameters_of(model_.network, position);
    const auto& weights = parameters.front();
    std::vector<std::string> inputs{
        map(layer.inputs[0]),
        graph_.constant({weights.dimensions[1], weights.dimensions[0], layer.kernel, layer.kernel},
                        input_first(values_at(weights), weights))};
    if (layer.bias) inputs.push_back(parameter(parameters.back()));
    return graph_.add("ConvTranspose", std::move(inputs),
                      {{"kernel_shape", twice(layer.kernel)},
                       {"strides", twice(layer.stride)},
                       pads_of(same_padding(layer.output.h, layer.kernel, layer.stride),
                               same_padding(layer.output.w, layer.kernel, layer.stride))});
  }

  std::string dense(std::size_t position) {
    const Layer& layer = model_.network.layers[position];
    std::vector<std::string> inputs{vector(layer.inputs[0])};
    for (const auto& it : parameters_of(model_.network, position)) inputs.push_back(parameter(it));
    return graph_.add("Gemm", std::move(inputs), {{"transB", std::int64_t{1}}});
  }

  Value normalisation(std::size_t position) {
    const Value in = value_of(model_.network.layers[position].inputs[0]);
    std::vector<std::string> inputs{in.name};
    for (const auto& it : parameters_of(model_.network, position)) inputs.push_back(parameter(it));
    return {.name = graph_.add("BatchNormalization", std::move(inputs),
                               {{"epsilon", kNormalisationEpsilon}}),
            .is_vector = in.is_vector};
  }

  // What gives a number for each number.
  Value alike(const Layer& layer, const std::string& operation,
              std::vector<OnnxAttribute> attributes = {}) {
    const Value in = value_of(layer.inputs[0]);
    return {.name = graph_.add(operation, {in.name}, std::move(attributes)),
            .is_vector = in.is_vector};
  }

  Value relu(const Layer& layer) {
    if (layer.slope == 0.0F) return alike(layer, "Relu");
    return alike(layer, "LeakyRelu", {{"alpha", layer.slope}});
  }

  std::string max_pooling(const Layer& layer) {
    const Shape& in = model_.network.layers[layer.inputs[0]].output;
    return graph_.add("MaxPool", {map(layer.inputs[0])},
                      {{"kernel_shape", twice(layer.kernel)},
                       {"strides", twice(layer.stride)},
                       pads_of(same_padding(in.h, layer.kernel, layer.stride),
                               same_padding(in.w, layer.kernel, layer.stride))});
  }

  std::string upsampling(const Layer& layer) {
    const auto factor = static_cast<float>(layer.stride);
    return graph_.add(
        "Resize", {map(layer.inputs[0]), "", graph_.constant({4}, {1.0F, 1.0F, factor, factor})},
        {{"mode", std::string("nearest")},
         {"coordinate_transformation_mode", std::string("asymmetric")},
         {"nearest_mode", std::string("floor")}});
  }

  std::string depth_to_space(const Layer& layer) {
    return graph_.add("DepthToSpace", {map(layer.inputs[0])},
                      {{"blocksize", whole(layer.stride)}, {"mode", std::string("DCR")}});
  }

  Value reshaped(const Layer& layer) {
    if (layer.output.c == layer.output.size()) return as_vector(vector(layer.inputs[0]));
    return as_map(graph_.reshape(vector(layer.inputs[0]), map_dimensions(layer.output)));
  }

  std::string crop(const Layer& layer) {
    const Shape& in = model_.network.layers[layer.inputs[0]].output;
    const std::int64_t top = whole((in.h - layer.output.h) / 2);
    const std::int64_t left = whole((in.w - layer.output.w) / 2);
    return graph_.add(
        "Slice", {map(layer.inputs[0]), graph_.whole_numbers({top, left}),
                  graph_.whole_numbers({top + whole(layer.output.h), left + whole(layer.output.w)}),
                  graph_.whole_numbers({2, 3})});
  }

  std::string descriptor(const Layer& layer) {
    std::vector<std::string> parts;
    parts.reserve(layer.inputs.size());
    for (const std::size_t input : layer.inputs) parts.push_back(vector(input));
    return graph_.add("Concat", std::move(parts), {{"axis", std::int64_t{1}}});
  }

  const Model& model_;
  OnnxGraphBuilder& graph_;
  std::vector<Value> values_;  // of each layer
  std::vector<std::size_t> first_parameter_;
  std::string levels_;  // the pictures as they are; empty: there are none
};

OnnxPort picture_port(const char* name, OnnxType type, const Shape& shape) {
  return {.name = name, .type = type, .dimensions = {shape.h, shape.w, shape.c}};
}

void add_pictures(const Shape& shape, OnnxGraphBuilder& graph, Exporter& exporter) {
  graph.begin(kPictures);
  const std::string pictures = graph.input(picture_port(kPictures, OnnxType::kU8, shape));
  const std::string levels = graph.add("Cast", {pictures}, {{"to", kOnnxF32}});
  exporter.give_pictures(graph.add("Transpose", {levels}, {{"perm", WholeNumbers{0, 3, 1, 2}}}));
}

// The latents as they are stored, divided by what embed() multiplies them by.
void add_given_latents(const Model& model, OnnxGraphBuilder& graph, Exporter& exporter) {
  graph.begin(kLatents);
  const std::size_t size = model.network.latent_size();
  std::string latents = graph.input({.name = kLatents, .dimensions = {size}});
  std::vector<float> weights = number_weights(model.parts);
  if (std::ranges::find(weights, 0.0F) != weights.end()) {
    throw Error(Error::Kind::kInput,
                model.name +
                    ": a part of its latents counts nothing and is not in them, so that "
                    "they are not enough: export both, encoder and decoder");
  }
  if (!weights.empty()) {
    latents = graph.add("Div", {latents, graph.constant({size}, std::move(weights))});
  }
  exporter.give_vector(model.network.latent, latents);
}

void add_latents(const Model& model, OnnxGraphBuilder& graph, Exporter& exporter) {
  std::string latents = exporter.vector(model.network.latent);
  graph.begin(kLatents);
  const std::size_t size = model.network.latent_size();
  std::vector<float> weights = number_weights(model.parts);
  if (!weights.empty()) {
    latents = graph.add("Mul", {latents, graph.constant({size}, std::move(weights))});
  }
  graph.output({.name = kLatents, .dimensions = {size}}, latents);
}

void add_reconstructions(const Model& model, OnnxGraphBuilder& graph, Exporter& exporter) {
  const std::string map = exporter.map(model.network.layers.size() - 1);
  graph.begin(kReconstructions);
  graph.output(picture_port(kReconstructions, OnnxType::kF32, model.network.layers.back().output),
               graph.add("Transpose", {map}, {{"perm", WholeNumbers{0, 2, 3, 1}}}));
}

}  // namespace

std::optional<OnnxHalf> onnx_half_named(std::string_view name) {
  if (name == "encoder") return OnnxHalf::kEncoder;
  if (name == "decoder") return OnnxHalf::kDecoder;
  if (name == "both") return OnnxHalf::kBoth;
  return std::nullopt;
}

OnnxGraph onnx_graph(const Model& model, OnnxHalf half) {
  if (half != OnnxHalf::kEncoder && model.network.latent + 1 == model.network.layers.size()) {
    throw Error(Error::Kind::kInput, model.name + ": has no decoder: write its encoder alone");
  }
  OnnxGraphBuilder graph(model.name);
  Exporter exporter(model, graph);
  if (half == OnnxHalf::kDecoder) {
    add_given_latents(model, graph, exporter);
  } else {
    add_pictures(model.network.input(), graph, exporter);
    add_latents(model, graph, exporter);
  }
  if (half != OnnxHalf::kEncoder) add_reconstructions(model, graph, exporter);
  graph.remark("model", model.name);
  graph.remark("network", model.network.name);
  graph.remark("weights", checksum_of(model));
  return std::move(graph).finish();
}

}  // namespace likeness
