#include "likeness/encoder/parts.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "likeness/base/error.hpp"

namespace likeness {
namespace {

constexpr Shape kPicture{.c = 3, .h = 80, .w = 60};

TEST(PartsNetwork, HasTheNumbersThatAreAskedFor) {
  for (const std::size_t numbers :
       {kFewestNumbers, std::size_t{10}, std::size_t{61}, std::size_t{128}, std::size_t{4096}}) {
    const Network network = parts_network(kPicture, part_sizes(numbers));
    EXPECT_EQ(network.latent_size(), numbers);
    EXPECT_EQ(network.layers.back().output, kPicture);
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

TEST(PartsNetwork, NamesWhatAPersonMayAskFor) {
  const auto parts = parts_of(parts_network(kPicture, part_sizes(128)));
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].name, "shape");
  EXPECT_EQ(parts[1].name, "shape");
  EXPECT_EQ(parts[2].name, "colour");
}

TEST(PartsNetwork, LearnsWithTheFirstLayersOnly) {
  const Network network = parts_network(kPicture, part_sizes(128));
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
  EXPECT_THROW((void)parts_layers(compact_network(kPicture, 10)), Error);
}

TEST(NumberWeights, DivideBySpreadsAndMultiplyByWeights) {
  const std::vector<Part> parts{
      {.name = "shape", .begin = 0, .size = 2, .spread = 4.0F, .weight = 1.0F},
      {.name = "colour", .begin = 2, .size = 1, .spread = 0.0F, .weight = 0.5F}};
  EXPECT_EQ(number_weights(parts), (std::vector<float>{0.25F, 0.25F, 0.5F}));
}

}  // namespace
}  // namespace likeness
