#include "likeness/encoder/network_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <set>
#include <utility>

#include "likeness/base/error.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/gradient_pyramid.hpp"
#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/encoder/layer_traits.hpp"
#include "likeness/encoder/pretrained.hpp"

namespace likeness {
namespace {

// Far above any network that a person would train, far below what could exhaust the memory.
constexpr std::int64_t kMostLayers = 1000;
constexpr std::int64_t kMostChannels = std::int64_t{1} << 22;
constexpr std::int64_t kLargestSide = 4096;
constexpr std::int64_t kLargestKernel = 64;
constexpr std::size_t kMostValues = std::size_t{1} << 28;
// All layers together, against the numbers of a picture: several times what our networks need. So
// what a model costs follows from the pictures, whatever a few bytes of description say.
constexpr std::size_t kMostCostOfAPicture = 400;
constexpr std::size_t kAllowedCost = std::size_t{1} << 20;  // of the smallest pictures, too
constexpr std::size_t kCostOfLooking = 8;                   // a number of the picture

Json to_json(const Layer& layer) {
  Json::Array inputs;
  for (const auto input : layer.inputs) inputs.emplace_back(input);
  Json::Object object{{"kind", traits_of(layer.kind).written},
                      {"name", layer.name},
                      {"inputs", inputs},
                      {"output", Json::Array{layer.output.c, layer.output.h, layer.output.w}},
                      {"kernel", layer.kernel},
                      {"stride", layer.stride},
                      {"groups", layer.groups},
                      {"bias", layer.bias},
                      {"slope", static_cast<double>(layer.slope)}};
  if (layer.pretrained) object.emplace_back("pretrained", to_json(*layer.pretrained));
  return object;
}

class NetworkReader {
 public:
  explicit NetworkReader(std::string source) : source_(std::move(source)) {}

  Network read(const Json& json) {
    network_.name = json.at("name").text();
    const auto& layers = json.at("layers").array();
    if (layers.empty() || std::ssize(layers) > kMostLayers) fail("has no layers, or too many");
    for (const auto& layer : layers) read_layer(layer);
    network_.latent = number(json.at("latent"), 0, std::ssize(layers) - 1);
    const Shape& latent = network_.layers[network_.latent].output;
    if (latent.size() != latent.c) fail("has a latent that is not a vector");
    const bool ends_with_latent = network_.latent + 1 == network_.layers.size();
    if (!ends_with_latent && network_.layers.back().output != network_.input()) {
      fail("ends neither with its latent nor with a picture");
    }
    check_cost();
    return std::move(network_);
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(Error::Kind::kCorrupt, source_ + ": the network " + reason +
                                           ": the file is damaged or of another program");
  }

  [[nodiscard]] std::size_t number(const Json& json, std::int64_t least, std::int64_t most) const {
    const auto value = json.integer();
    if (value < least || value > most) {
      fail("has the number " + std::to_string(value) + " where " + std::to_string(least) + " to " +
           std::to_string(most) + " is possible");
    }
    return static_cast<std::size_t>(value);
  }

  void read_layer(const Json& json) {
    const std::size_t position = network_.layers.size();
    Layer layer;
    const auto& kinds = all_layer_traits();
    const auto* const kind = std::ranges::find_if(
        kinds, [&](const LayerTraits& it) { return json.at("kind").text() == it.written; });
    if (kind == kinds.end()) fail("has a layer of the unknown kind " + json.at("kind").text());
    layer.kind = kind->kind;
    layer.name = json.at("name").text();
    if (!names_.insert(layer.name).second) fail("has two layers named " + layer.name);
    if ((layer.kind == LayerKind::kInput) != (position == 0)) fail("has an input in a wrong place");
    for (const auto& input : json.at("inputs").array()) {
      layer.inputs.push_back(number(input, 0, static_cast<std::int64_t>(position) - 1));
    }
    if (!may_read_so_many(layer)) fail("has a wrong number of inputs at " + layer.name);
    const auto& output = json.at("output").array();
    if (output.size() != 3) fail("has no output shape at " + layer.name);
    layer.output = {.c = number(output[0], 1, kMostChannels),
                    .h = number(output[1], 1, kLargestSide),
                    .w = number(output[2], 1, kLargestSide)};
    if (layer.output.size() > kMostValues) fail("has too large an output at " + layer.name);
    layer.kernel = number(json.at("kernel"), 1, kLargestKernel);
    layer.stride = number(json.at("stride"), 1, kLargestKernel);
    layer.groups = number(json.at("groups"), 1, kMostChannels);
    layer.bias = json.at("bias").boolean();
    layer.slope = static_cast<float>(json.at("slope").number());
    if (!(layer.slope >= 0.0F && layer.slope <= 1.0F)) fail("has a wrong slope at " + layer.name);
    if (layer.kind == LayerKind::kPretrained) {
      layer.pretrained = std::make_shared<const PretrainedEncoder>(
          pretrained_from_json(json.at("pretrained"), source_));
    }
    check_shape(layer);
    network_.layers.push_back(std::move(layer));
  }

  // What a layer makes, times what it looks at for each where no weight in the file stands for it.
  [[nodiscard]] std::size_t cost_of(const Layer& layer) const {
    if (reads_pictures(layer.kind)) return kCostOfLooking * network_.input().size();
    const bool pooling = layer.kind == LayerKind::kMaxPooling;
    return layer.output.size() * (pooling ? layer.kernel * layer.kernel : 1);
  }

  void check_cost() const {
    const std::size_t most = std::max(kAllowedCost, kMostCostOfAPicture * network_.input().size());
    std::size_t cost = 0;
    for (const Layer& layer : network_.layers) {
      cost += cost_of(layer);  // at most 1,000 times 2^36
      if (cost <= most) continue;
      fail("has layers far larger than its pictures of " + std::to_string(network_.input().w) +
           "x" + std::to_string(network_.input().h) + " (at " + layer.name + ")");
    }
  }

  [[nodiscard]] static bool may_read_so_many(const Layer& layer) {
    const LayerTraits& traits = traits_of(layer.kind);
    return layer.inputs.size() >= traits.fewest_inputs && layer.inputs.size() <= traits.most_inputs;
  }

  // That the output is what the layer makes of its inputs.
  void check_shape(const Layer& layer) const {
    std::size_t together = 0;
    for (const auto input : layer.inputs) {
      const Shape& in = network_.layers[input].output;
      if (!is_output_of(layer, in)) fail("has a wrong output shape at " + layer.name);
      if (reads_pictures(layer.kind) && (input != 0 || in.c != 3)) {
        fail("looks at something else than colour pictures at " + layer.name);
      }
      together += in.size();
    }
    if (layer.kind == LayerKind::kDescriptor && together != layer.output.c) {
      fail("has a wrong output shape at " + layer.name);
    }
    if (layer.kind != LayerKind::kConvolution) {
      if (layer.groups != 1) fail("has groups that no one can compute at " + layer.name);
      return;
    }
    const std::size_t in = network_.layers[layer.inputs.front()].output.c;
    if (in % layer.groups != 0 || layer.output.c % layer.groups != 0) {
      fail("has groups that do not divide the channels at " + layer.name);
    }
  }

  [[nodiscard]] static bool is_output_of(const Layer& layer, const Shape& in) {
    const Shape& out = layer.output;
    const std::size_t s = layer.stride;
    const bool same_channels = out.c == in.c;
    const bool strided = out.h == (in.h + s - 1) / s && out.w == (in.w + s - 1) / s;
    const bool grown = out.h == in.h * s && out.w == in.w * s;
    switch (layer.kind) {
      case LayerKind::kConvolution: return strided;
      case LayerKind::kTransposedConvolution: return grown && layer.kernel >= s;
      case LayerKind::kDense: return out.size() == out.c;
      case LayerKind::kMaxPooling:
        return same_channels && strided && layer.kernel >= s && layer.kernel <= 15;
      case LayerKind::kUpsampling: return same_channels && grown;
      case LayerKind::kDepthToSpace: return out.c * s * s == in.c && grown;
      case LayerKind::kReshape: return out.size() == in.size();
      case LayerKind::kCrop: return same_channels && out.h <= in.h && out.w <= in.w;
      case LayerKind::kInput: return false;
      case LayerKind::kBatchNormalisation:
      case LayerKind::kRelu:
      case LayerKind::kSigmoid:
      case LayerKind::kSum: return out == in;
      case LayerKind::kLuma: return out == Shape{.c = 1, .h = in.h, .w = in.w};
      case LayerKind::kGradientHistogram: return out == Shape{.c = kGradientNumbers};
      case LayerKind::kGradientPyramid: return out == Shape{.c = kPyramidNumbers};
      case LayerKind::kLabHistogram:
      case LayerKind::kFineLabHistogram: return out == Shape{.c = kLabNumbers};
      case LayerKind::kPretrained: return out == Shape{.c = layer.pretrained->numbers};
      case LayerKind::kUnitLength: return out == in && out.c == out.size();
      case LayerKind::kDescriptor: return in.c == in.size() && out.c == out.size();
    }
    return false;
  }

  std::string source_;
  Network network_;
  std::set<std::string> names_;
};

}  // namespace

Json to_json(const Network& network) {
  Json::Array layers;
  for (const auto& layer : network.layers) layers.push_back(to_json(layer));
  return Json::Object{{"name", network.name}, {"latent", network.latent}, {"layers", layers}};
}

Network network_from_json(const Json& json, const std::string& source) {
  return NetworkReader(source).read(json);
}

}  // namespace likeness
