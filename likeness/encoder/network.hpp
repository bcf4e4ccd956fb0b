// A network as data: a list of layers, each of which reads the outputs of earlier ones. It says
// what is computed; `executor` says how. The model file stores this description.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "likeness/compute/tensor.hpp"

namespace likeness {

struct PretrainedEncoder;

enum class LayerKind {
  kInput,
  kConvolution,
  kTransposedConvolution,
  kDense,
  kBatchNormalisation,
  kRelu,
  kSigmoid,
  kMaxPooling,
  kUpsampling,
  kDepthToSpace,
  kSum,
  kReshape,
  kCrop,
  // Of the picture itself, with nothing to train before them:
  kLuma,               // one channel: ITU-R BT.601
  kGradientHistogram,  // gradient_histogram of catalogue/descriptors.hpp, as a vector
  kGradientPyramid,    // gradient_pyramid of catalogue/gradient_pyramid.hpp, as a vector
  kLabHistogram,       // lab_histogram of catalogue/lab_histogram.hpp, as a vector
  kFineLabHistogram,   // fine_lab_histogram of the same, as a vector
  kPretrained,         // what an encoder of somebody else's gives (pretrained.hpp), as a vector
  kUnitLength,         // a vector divided by its length
  kDescriptor,         // vectors one behind the other; what reads them does not train them
};

// "Same" padding in TensorFlow's sense throughout: at stride S the output has ceil(H / S) rows (of
// a transposed convolution: H * S), and where the padding is odd the larger part is right and
// below.
struct Layer {
  LayerKind kind = LayerKind::kInput;
  std::string name{};                 // "encoder/2/convolution": unique in the network
  std::vector<std::size_t> inputs{};  // the layers it reads, by position in the network
  Shape output;                       // of one picture: n = 1
  std::size_t kernel = 1;             // rows and columns; of pooling: of its window
  std::size_t stride = 1;             // of upsampling and depth to space: the factor
  std::size_t groups = 1;             // of a convolution; = its channels: depthwise
  bool bias = false;                  // of a convolution or dense layer
  float slope = 0.0F;                 // of a ReLU, for negative inputs: above 0 it is leaky
  std::shared_ptr<const PretrainedEncoder> pretrained{};  // of a layer of that kind
};

// Parameters of a layer, in this order, and the shapes in which files and tests see them:
//   convolution             weights (O, I / groups, K, K), bias (O)
//   transposed convolution  weights (O, I, K, K), bias (O): output[y * S + k - pad] += input[y] *
//   w[k] dense                   weights (O, I) with I = C x H x W in this order, bias (O) batch
//   normalisation     gamma (C), beta (C); and, not trained, mean (C), variance (C)
enum class ParameterRole { kWeights, kBias, kGamma, kBeta, kMean, kVariance };

// Layers that look at the picture itself: nothing before them can be trained.
[[nodiscard]] constexpr bool reads_pictures(LayerKind kind) noexcept {
  return kind == LayerKind::kLuma || kind == LayerKind::kGradientHistogram ||
         kind == LayerKind::kGradientPyramid || kind == LayerKind::kLabHistogram ||
         kind == LayerKind::kFineLabHistogram || kind == LayerKind::kPretrained;
}

struct Parameter {
  std::string name;  // "encoder/2/convolution.weights"
  std::size_t layer = 0;
  ParameterRole role = ParameterRole::kWeights;
  std::vector<std::size_t> dimensions;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool trained() const noexcept {
    return role != ParameterRole::kMean && role != ParameterRole::kVariance;
  }
};

inline constexpr float kNormalisationEpsilon = 1e-3F;
inline constexpr float kNormalisationMomentum = 0.99F;
inline constexpr float kShortestVector = 1e-6F;  // a shorter one has no direction

// layers[0] is the input; layers[latent] gives the latent, of shape {1, D, 1, 1}. It is the last,
// or the last is the reconstruction, of the input's shape with values in [0, 1].
struct Network {
  std::string name;
  std::vector<Layer> layers;
  std::size_t latent = 0;

  [[nodiscard]] Shape input() const { return layers.front().output; }
  [[nodiscard]] std::size_t latent_size() const { return layers[latent].output.size(); }
};

// Of the layer that holds one; null: there is none.
[[nodiscard]] const PretrainedEncoder* pretrained_of(const Network& network) noexcept;

// In the order of the layers: what a model file holds.
[[nodiscard]] std::vector<Parameter> parameters_of(const Network& network);
[[nodiscard]] std::vector<Parameter> parameters_of(const Network& network, std::size_t layer);

// Of one picture, forward, counting convolutions and dense layers.
[[nodiscard]] std::size_t multiply_adds(const Network& network, std::size_t layer);
[[nodiscard]] std::size_t multiply_adds(const Network& network);
[[nodiscard]] std::size_t trained_parameters(const Network& network);

// One line a layer: name, output shape, parameters, multiply-adds.
[[nodiscard]] std::string to_table(const Network& network);

// The rows (or columns) of padding before and after `in` values so that a window of `kernel` moved
// by `stride` gives ceil(in / stride) outputs.
struct Padding {
  std::size_t before = 0;
  std::size_t after = 0;
};
[[nodiscard]] Padding same_padding(std::size_t in, std::size_t kernel, std::size_t stride) noexcept;

// Appends layers and computes their output shapes. Each call returns the new layer's position.
class NetworkBuilder {
 public:
  struct Convolution {
    std::size_t out = 0;
    std::size_t kernel = 3;
    std::size_t stride = 1;
    std::size_t groups = 1;
    bool bias = true;
  };

  NetworkBuilder(std::string name, Shape picture);

  std::size_t convolution(std::size_t input, const Convolution& options);
  std::size_t transposed_convolution(std::size_t input, const Convolution& options);
  // Depthwise without bias, then pointwise with bias.
  std::size_t separable_convolution(std::size_t input, std::size_t out, std::size_t kernel);
  std::size_t dense(std::size_t input, std::size_t out);
  std::size_t normalisation(std::size_t input);
  std::size_t relu(std::size_t input, float slope = 0.0F);
  std::size_t sigmoid(std::size_t input);
  std::size_t max_pooling(std::size_t input, std::size_t kernel, std::size_t stride);
  std::size_t upsampling(std::size_t input, std::size_t factor = 2);
  // (C * F * F, H, W) to (C, H * F, W * F): channel (dy * F + dx) * C + c becomes pixel (dy, dx).
  std::size_t depth_to_space(std::size_t input, std::size_t factor = 2);
  std::size_t sum(std::size_t left, std::size_t right);
  std::size_t reshape(std::size_t input, Shape shape);
  // Takes the middle; where the surplus is odd, one more is cut right and below.
  std::size_t crop(std::size_t input, std::size_t height, std::size_t width);
  std::size_t luma();
  std::size_t gradient_histogram();
  std::size_t gradient_pyramid();
  std::size_t lab_histogram();
  std::size_t fine_lab_histogram();
  std::size_t pretrained(std::shared_ptr<const PretrainedEncoder> encoder);
  std::size_t unit_length(std::size_t input);
  std::size_t descriptor(const std::vector<std::size_t>& parts);

  void begin(const std::string& part) { part_ = part; }  // the first part of the names that follow
  [[nodiscard]] const Shape& shape(std::size_t layer) const {
    return network_.layers[layer].output;
  }
  [[nodiscard]] Network finish(std::size_t latent) &&;

 private:
  std::size_t add(Layer layer);

  Network network_;
  std::string part_ = "encoder";
};

// The reference network (see docs/training.md), after the xception autoencoder of the original
// notebook: H x W x 3 pictures, a latent of D values in (0, 1).
[[nodiscard]] Network xception_network(Shape picture, std::size_t latent_size);

// The default: strided convolutions both ways, a seventh of the arithmetic.
[[nodiscard]] Network compact_network(Shape picture, std::size_t latent_size);

}  // namespace likeness
