#include "likeness/encoder/parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "likeness/base/error.hpp"
#include "likeness/encoder/network_json.hpp"
#include "tests/encoder/picture_shapes.hpp"

namespace likeness {
namespace {

TEST(PartsNetwork, HasTheNumbersThatAreAskedFor) {
  for (const std::size_t numbers :
       {kFewestNumbers, std::size_t{10}, std::size_t{61}, std::size_t{128}, std::size_t{4096}}) {
    const Network network = parts_network(kUsualPicture, part_sizes(numbers));
    EXPECT_EQ(network.latent_size(), numbers);
    EXPECT_EQ(network.layers.back().output, kUsualPicture);
    std::size_t end = 0;
    for (const Part& part : parts_of(network)) {
      EXPECT_EQ(part.begin, end);
      EXPECT_GT(part.size, 0U);
      EXPECT_GT(part.weight, 0.0F);
      end += part.size;
    }
    EXPECT_EQ(end, numbers);
  }
}

TEST(PartsNetwork, IsTrainedWithMoreDirections) {
  EXPECT_EQ(trained_sizes(16).gradients, kUsualDirections);
  EXPECT_EQ(trained_sizes(16).learned, part_sizes(16).learned);
  EXPECT_EQ(trained_sizes(16).colours, part_sizes(16).colours);
  EXPECT_EQ(trained_sizes(1024).gradients, part_sizes(1024).gradients);
}

TEST(MappedNetwork, HasTheNumbersThatAreAskedFor) {
  for (const std::size_t numbers : {kFewestNumbers, std::size_t{61}, std::size_t{1024}}) {
    const Network network = mapped_network(kUsualPicture, trained_sizes(numbers), numbers);
    EXPECT_EQ(network.latent_size(), numbers);
    EXPECT_EQ(network.layers.back().output, kUsualPicture);
    const auto parts = parts_of(network);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].name, "shape");
    EXPECT_EQ(parts[1].name, "colour");
    EXPECT_EQ(parts[1].begin, parts[0].size);
    EXPECT_EQ(parts[1].begin + parts[1].size, numbers);
  }
}

TEST(TrainedNetwork, IsWhatAMappedOneWasMadeOf) {
  for (const std::size_t numbers : {kFewestNumbers, std::size_t{128}}) {
    const PartSizes sizes = trained_sizes(numbers);
    const auto as_text = [](const Network& network) { return to_json(network).dump(); };
    const Network trained = parts_network(kUsualPicture, sizes);
    EXPECT_EQ(as_text(trained_network(mapped_network(kUsualPicture, sizes, numbers))),
              as_text(trained));
    EXPECT_EQ(as_text(trained_network(trained)), as_text(trained));
    const Network other = compact_network(kUsualPicture, numbers);
    EXPECT_EQ(as_text(trained_network(other)), as_text(other));
  }
}

// Models of programs before: their shapes were mapped without unit length, by other layers.
TEST(TrainedNetwork, IsWhatAMappedOneOfBeforeWasMadeOf) {
  const PartSizes sizes = trained_sizes(16);
  Network mapped = mapped_network(kUsualPicture, sizes, 16);
  Network trained = parts_network(kUsualPicture, sizes);
  const std::size_t unit = mapped.layers[mapped.latent].inputs.front();
  ASSERT_EQ(mapped.layers[unit].kind, LayerKind::kUnitLength);
  mapped.layers.erase(mapped.layers.begin() + static_cast<std::ptrdiff_t>(unit));
  --mapped.latent;
  for (Layer& layer : mapped.layers) {
    for (std::size_t& input : layer.inputs) input -= input >= unit ? 1U : 0U;
  }
  const auto first = [](Network& network) -> Layer& {
    return *std::ranges::find(network.layers, LayerKind::kConvolution, &Layer::kind);
  };
  first(mapped).kernel = first(trained).kernel = 2;
  EXPECT_EQ(to_json(trained_network(mapped)).dump(), to_json(trained).dump());
}

TEST(TrainedNetwork, IsTheSameWhereTheMapIsReadElsewhere) {
  Network network = mapped_network(kUsualPicture, trained_sizes(16), 16);
  network.layers[network.latent + 1].inputs = {network.layers[network.latent].inputs.front()};
  EXPECT_EQ(to_json(trained_network(network)).dump(), to_json(network).dump());
  network = mapped_network(kUsualPicture, trained_sizes(16), 16);
  auto& runs = network.layers[network.latent].inputs;
  runs.back() = runs.front();
  EXPECT_EQ(to_json(trained_network(network)).dump(), to_json(network).dump());
}

TEST(PartsNetwork, NamesWhatAPersonMayAskFor) {
  const auto parts = parts_of(parts_network(kUsualPicture, part_sizes(128)));
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].name, "shape");
  EXPECT_EQ(parts[1].name, "shape");
  EXPECT_EQ(parts[2].name, "colour");
}

TEST(PartsNetwork, LearnsWithTheFirstLayersOnly) {
  const Network network = parts_network(kUsualPicture, part_sizes(128));
  const PartsLayers layers = parts_layers(network);
  for (std::size_t i = 1; i <= layers.learned; ++i) {
    EXPECT_NE(network.layers[i].kind, LayerKind::kLabHistogram);
  }
  EXPECT_GT(layers.gradients, layers.learned);
  EXPECT_GT(layers.colours, layers.learned);
  EXPECT_EQ(network.layers[layers.gradients].kind, LayerKind::kDense);
  EXPECT_EQ(network.layers[layers.colours].kind, LayerKind::kDense);
}

TEST(PartsNetwork, IsTheOnlyOneWithParts) {
  EXPECT_THROW((void)parts_layers(compact_network(kUsualPicture, 10)), Error);
  EXPECT_THROW((void)parts_layers(mapped_network(kUsualPicture, trained_sizes(16), 16)), Error);
}

TEST(NumberWeights, DivideBySpreadsAndMultiplyByWeights) {
  const std::vector<Part> parts{
      {.name = "shape", .begin = 0, .size = 2, .spread = 4.0F, .weight = 1.0F},
      {.name = "colour", .begin = 2, .size = 1, .spread = 0.0F, .weight = 0.5F}};
  EXPECT_EQ(number_weights(parts), (std::vector<float>{0.25F, 0.25F, 0.5F}));
}

}  // namespace
}  // namespace likeness
