#include "tests/encoder/golden.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

using nlohmann::json;

constexpr auto kXception = "xception";

const std::filesystem::path& folder() {
  static const std::filesystem::path folder = LIKENESS_GOLDEN;
  return folder;
}

json read_json(const std::string& name) {
  const auto path = folder() / (name + ".json");
  std::ifstream file(path);
  if (!file) throw Error(Error::Kind::kNotFound, path.string() + ": cannot be read");
  return json::parse(file);
}

Shape shape_of(const json& numbers) {
  return {.n = numbers.at(0), .c = numbers.at(1), .h = numbers.at(2), .w = numbers.at(3)};
}

void add_layer(NetworkBuilder& b, std::size_t last, const json& layer) {
  const std::string kind = layer.at("kind");
  const std::size_t input =
      layer.contains("inputs") ? layer["inputs"].at(0).get<std::size_t>() : last;
  if (kind == "convolution" || kind == "transposed_convolution") {
    const NetworkBuilder::Convolution options{.out = layer.at("out"),
                                              .kernel = layer.at("kernel"),
                                              .stride = layer.value("stride", std::size_t{1}),
                                              .groups = layer.value("groups", std::size_t{1}),
                                              .bias = layer.value("bias", true)};
    kind == "convolution" ? b.convolution(input, options)
                          : b.transposed_convolution(input, options);
  } else if (kind == "dense") {
    b.dense(input, layer.at("out"));
  } else if (kind == "normalisation") {
    b.normalisation(input);
  } else if (kind == "relu") {
    b.relu(input, layer.value("slope", 0.0F));
  } else if (kind == "sigmoid") {
    b.sigmoid(input);
  } else if (kind == "max_pooling") {
    b.max_pooling(input, layer.at("kernel"), layer.at("stride"));
  } else if (kind == "upsampling") {
    b.upsampling(input, layer.at("factor"));
  } else if (kind == "depth_to_space") {
    b.depth_to_space(input, layer.at("factor"));
  } else if (kind == "sum") {
    b.sum(input, layer.at("inputs").at(1));
  } else if (kind == "reshape") {
    const json& s = layer.at("shape");
    b.reshape(input, {.c = s.at(0), .h = s.at(1), .w = s.at(2)});
  } else if (kind == "crop") {
    b.crop(input, layer.at("height"), layer.at("width"));
  } else {
    throw Error(Error::Kind::kCorrupt, kind + ": no such kind of layer");
  }
}

Network network_of(Shape picture, const json& layers) {
  picture.n = 1;
  NetworkBuilder b("golden", picture);
  std::size_t last = 0;
  for (const auto& layer : layers) add_layer(b, last++, layer);
  return std::move(b).finish(last);
}

GoldenSummary summary_of(const json& it) {
  return {.size = it.at("size"),
          .norm = it.at("norm"),
          .step = it.at("step"),
          .values = it.at("values").get<std::vector<double>>()};
}

// `hashed` of make_golden.py: numbers in [0, 1).
std::vector<double> hashed(std::uint64_t stream, std::size_t count) {
  std::vector<double> numbers;
  for (std::uint64_t i = 1; i <= count; ++i) {
    std::uint64_t z = (i + (stream << 32)) * 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    numbers.push_back(static_cast<double>(z >> 11) * 0x1.0p-53);
  }
  return numbers;
}

std::vector<double> hashed(std::uint64_t stream, const Parameter& parameter) {
  auto values = hashed(stream, parameter.size());
  for (auto& u : values) {
    switch (parameter.role) {
      case ParameterRole::kWeights: u = glorot_limit(parameter.dimensions) * (2.0 * u - 1.0); break;
      case ParameterRole::kGamma:
      case ParameterRole::kVariance: u += 0.5; break;
      default: u -= 0.5; break;
    }
  }
  return values;
}

}  // namespace

std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(folder())) {
    if (file.path().stem() != kXception) names.push_back(file.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

Golden read_golden(const std::string& name) {
  const json it = read_json(name);
  const Shape picture = shape_of(it.at("picture"));
  Golden golden;
  golden.network = network_of(picture, it.at("layers"));
  golden.mode =
      it.at("mode") == "training" ? PlainNetwork::Mode::kTraining : PlainNetwork::Mode::kInference;
  Shape output = golden.network.layers.back().output;
  output.n = picture.n;
  golden.pictures = {picture, it.at("pictures").get<std::vector<double>>()};
  golden.output = {output, it.at("output").get<std::vector<double>>()};
  golden.direction = {output, it.at("direction").get<std::vector<double>>()};
  it.at("parameters").get_to(golden.parameters);
  it.at("input_gradient").get_to(golden.input_gradient);
  it.at("gradients").get_to(golden.gradients);
  it.at("moved").get_to(golden.moved);
  return golden;
}

GoldenXception read_golden_xception() {
  const json it = read_json(kXception);
  const Shape pictures = shape_of(it.at("picture"));
  GoldenXception golden;
  golden.network =
      xception_network({.c = pictures.c, .h = pictures.h, .w = pictures.w}, it.at("latent"));
  golden.pictures = {pictures, hashed(0, pictures.size())};
  for (const auto& parameter : parameters_of(golden.network))
    golden.parameters.push_back(hashed(golden.parameters.size() + 1, parameter));
  it.at("loss").get_to(golden.loss);
  it.at("latents").get_to(golden.latents);
  golden.reconstruction = summary_of(it.at("reconstruction"));
  golden.input_gradient = summary_of(it.at("input_gradient"));
  for (const auto& gradient : it.at("gradients")) {
    golden.gradients.push_back(gradient.is_null() ? std::nullopt
                                                  : std::optional(summary_of(gradient)));
  }
  for (const auto& moved : it.at("moved")) golden.moved.push_back(summary_of(moved));
  return golden;
}

}  // namespace likeness
