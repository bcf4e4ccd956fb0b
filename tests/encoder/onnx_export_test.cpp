// What is exported against what we compute, on odd sizes, by ONNX Runtime; and what the graph is by
// itself.
#include "likeness/encoder/onnx_export.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/base/random.hpp"
#include "likeness/encoder/latents.hpp"
#include "likeness/encoder/onnx_file.hpp"
#include "tests/encoder/onnx_session.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

constexpr std::size_t kCount = 5;  // pictures
constexpr Shape kUsual{.c = 3, .h = 80, .w = 60};

// Parameters as after a training: statistics that are not 0 and 1.
std::vector<float> trained_parameters_of(const Network& network) {
  Random random(11);
  std::vector<float> values;
  for (const auto& parameter : parameters_of(network)) {
    const bool positive =
        parameter.role == ParameterRole::kGamma || parameter.role == ParameterRole::kVariance;
    const std::size_t inputs = parameter.size() / parameter.dimensions[0];
    const double scale = parameter.role == ParameterRole::kWeights
                             ? std::sqrt(3.0 / static_cast<double>(inputs))
                             : 0.2;
    for (std::size_t i = 0; i < parameter.size(); ++i) {
      values.push_back(static_cast<float>((positive ? 1.0 : 0.0) + random.uniform(-scale, scale)));
    }
  }
  return values;
}

Model model_of(const Network& network) {
  Model model{.name = network.name,
              .network = network,
              .parameters = trained_parameters_of(network),
              .program = "test",
              .history = {}};
  if (network.name != "parts") return model;
  model.parts = parts_of(network);
  for (Part& part : model.parts) part.spread = 0.5F + 0.25F * static_cast<float>(part.begin);
  return model;
}

// Noise, grey noise, plain white, black with a white edge, and steps of few colours.
std::vector<std::uint8_t> pictures_of(const Shape& shape) {
  Random random(5);
  std::vector<std::uint8_t> pixels(kCount * shape.size(), 0);
  const std::size_t size = shape.size();
  for (std::size_t i = 0; i < size; ++i) {
    pixels[i] = static_cast<std::uint8_t>(random.below(256));
    pixels[size + i] = pixels[i / shape.c];
    pixels[2 * size + i] = 255;
    pixels[3 * size + i] = i % (shape.w * shape.c) < shape.w * shape.c / 2 ? 0 : 255;
    pixels[4 * size + i] = static_cast<std::uint8_t>(40 * (i * 7 / size) + 50 * (i % shape.c));
  }
  return pixels;
}

// Every kind of layer that the three networks have not, or have otherwise.
Network network_of_other_layers(Shape picture) {
  NetworkBuilder b("odd", picture);
  auto x = b.convolution(0, {.out = 6, .kernel = 5, .stride = 3});
  x = b.relu(b.convolution(x, {.out = 6, .kernel = 4, .stride = 2, .groups = 3}), 0.2F);
  x = b.max_pooling(b.sum(x, b.sigmoid(x)), 2, 2);
  x = b.normalisation(b.dense(b.reshape(x, {.c = b.shape(x).size()}), 4));
  const auto latent = b.descriptor(
      {b.dense(x, 4), b.dense(b.gradient_histogram(), 3), b.dense(b.lab_histogram(), 2)});
  const Shape smallest{.c = 8, .h = (picture.h + 17) / 18, .w = (picture.w + 17) / 18};
  x = b.reshape(b.dense(latent, smallest.size()), smallest);
  x = b.relu(b.upsampling(b.depth_to_space(x), 3));
  x = b.transposed_convolution(x, {.out = picture.c, .kernel = 5, .stride = 3});
  (void)b.crop(b.sigmoid(x), picture.h, picture.w);
  return std::move(b).finish(latent);
}

std::vector<Network> networks(Shape picture) {
  return {parts_network(picture, part_sizes(20)), mapped_network(picture, trained_sizes(20), 20),
          compact_network(picture, 7), xception_network(picture, 5),
          network_of_other_layers(picture)};
}

struct Ours {
  std::vector<float> latents;
  std::vector<float> reconstructions;
};

Ours ours(const Model& model, const std::vector<std::uint8_t>& pixels) {
  Executor executor(model.network, kCount, Precision::kF32, Use::kInference);
  executor.set_parameters(model.parameters);
  executor.forward(pixels);
  const auto reconstructions = executor.reconstruction().floats();
  Pictures pictures;
  const std::size_t size = model.network.input().size();
  for (std::size_t i = 0; i < kCount; ++i)
    pictures.push_back(std::span(pixels).subspan(i * size, size));
  return {.latents = embed(model, pictures, Precision::kF32, 1),
          .reconstructions = {reconstructions.begin(), reconstructions.end()}};
}

void expect_near(const std::vector<float>& found, const std::vector<float>& expected,
                 const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  float error = 0.0F;
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_TRUE(std::isfinite(found[i])) << what;
    error = std::max(error, std::abs(found[i] - expected[i]));
  }
  EXPECT_LT(error, 1e-4F) << what;
}

class OnnxExport : public testing::TestWithParam<Shape> {
 protected:
  // By ONNX Runtime, of the file.
  [[nodiscard]] std::vector<std::vector<float>> run(const Model& model, OnnxHalf half,
                                                    const OnnxInput& input) const {
    write_onnx(file_, onnx_graph(model, half));
    std::vector<std::string> outputs;
    if (half != OnnxHalf::kDecoder) outputs.emplace_back("latents");
    if (half != OnnxHalf::kEncoder) outputs.emplace_back("reconstructions");
    return run_onnx(file_, input, outputs);
  }

  TemporaryFolder temporary_;
  std::filesystem::path file_ = temporary_.path() / "model.onnx";
};

TEST_P(OnnxExport, GivesWhatWeGive) {
  if (!has_onnx_runtime()) GTEST_SKIP() << kNoOnnxRuntime;
  const Shape shape = GetParam();
  const auto pixels = pictures_of(shape);
  const OnnxInput pictures{.name = "pictures",
                           .dimensions = {kCount, static_cast<std::int64_t>(shape.h),
                                          static_cast<std::int64_t>(shape.w), 3},
                           .values = pixels};
  for (const Network& network : networks(shape)) {
    const Model model = model_of(network);
    const Ours expected = ours(model, pixels);
    expect_near(run(model, OnnxHalf::kEncoder, pictures).at(0), expected.latents, network.name);
    const auto both = run(model, OnnxHalf::kBoth, pictures);
    expect_near(both.at(0), expected.latents, network.name);
    expect_near(both.at(1), expected.reconstructions, network.name);
    const OnnxInput latents{
        .name = "latents",
        .dimensions = {kCount, static_cast<std::int64_t>(network.latent_size())},
        .values = expected.latents};
    expect_near(run(model, OnnxHalf::kDecoder, latents).at(0), expected.reconstructions,
                network.name);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, OnnxExport,
                         testing::Values(kUsual, Shape{.c = 3, .h = 17, .w = 23},
                                         Shape{.c = 3, .h = 3, .w = 1},
                                         Shape{.c = 3, .h = 1, .w = 1}));

TEST(OnnxGraph, ReadsOnlyWhatStandsBefore) {
  for (const Network& network : networks(kUsual)) {
    for (const auto half : {OnnxHalf::kEncoder, OnnxHalf::kDecoder, OnnxHalf::kBoth}) {
      const OnnxGraph graph = onnx_graph(model_of(network), half);
      std::set<std::string> known{""};  // an input that is left out
      for (const auto& port : graph.inputs) EXPECT_TRUE(known.insert(port.name).second);
      for (const auto& constant : graph.constants) EXPECT_TRUE(known.insert(constant.name).second);
      for (const OnnxNode& node : graph.nodes) {
        for (const auto& input : node.inputs) EXPECT_TRUE(known.contains(input)) << input;
        EXPECT_TRUE(known.insert(node.output).second) << node.output;
      }
      for (const auto& port : graph.outputs) EXPECT_TRUE(known.contains(port.name));
    }
  }
}

TEST(OnnxGraph, HasOnlyTheLayersOfTheHalf) {
  const Model model = model_of(parts_network(kUsual, part_sizes(20)));
  const auto floats = [&](OnnxHalf half) {
    std::size_t count = 0;
    for (const auto& constant : onnx_graph(model, half).constants) {
      const auto* const values = std::get_if<std::vector<float>>(&constant.values);
      if (values != nullptr) count += values->size();
    }
    return count;
  };
  EXPECT_GT(floats(OnnxHalf::kBoth), floats(OnnxHalf::kEncoder));
  EXPECT_GT(floats(OnnxHalf::kBoth), floats(OnnxHalf::kDecoder));
  EXPECT_GE(floats(OnnxHalf::kBoth), model.parameters.size());
}

TEST(OnnxGraph, IsRefusedForADecoderThatNeedsMoreThanLatents) {
  Model model = model_of(parts_network(kUsual, part_sizes(20)));
  model.parts.back().weight = 0.0F;  // as of a catalogue without colours
  EXPECT_THROW((void)onnx_graph(model, OnnxHalf::kDecoder), Error);
  EXPECT_NO_THROW((void)onnx_graph(model, OnnxHalf::kBoth));

  NetworkBuilder b("short-cut", {.c = 3, .h = 4, .w = 4});
  const auto latent = b.dense(b.reshape(0, {.c = 48}), 2);
  const auto x = b.reshape(b.dense(latent, 48), {.c = 3, .h = 4, .w = 4});
  (void)b.sum(x, 0);
  const Model other = model_of(std::move(b).finish(latent));
  EXPECT_THROW((void)onnx_graph(other, OnnxHalf::kDecoder), Error);
  EXPECT_NO_THROW((void)onnx_graph(other, OnnxHalf::kEncoder));
}

TEST(OnnxFile, HasTheSameBytesForTheSameModel) {
  const TemporaryFolder temporary;
  const Model model = model_of(compact_network(kUsual, 7));
  for (const char* name : {"a", "b"}) {
    write_onnx(temporary.path() / name, onnx_graph(model, OnnxHalf::kBoth));
  }
  EXPECT_EQ(read_file(temporary.path() / "a"), read_file(temporary.path() / "b"));
}

}  // namespace
}  // namespace likeness
