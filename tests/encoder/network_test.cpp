#include "likeness/encoder/network.hpp"

#include <gtest/gtest.h>

#include "tests/encoder/picture_shapes.hpp"

namespace likeness {
namespace {

TEST(Network, XceptionHasTheParametersOfTheOriginal) {
  const Network network = xception_network(kUsualPicture, 10);
  EXPECT_EQ(trained_parameters(network), 2'096'941U);
  EXPECT_EQ(network.latent_size(), 10U);
  EXPECT_EQ(network.layers.back().output, kUsualPicture);
}

TEST(Network, XceptionTakesPicturesOfAnySize) {
  for (const auto& picture : {Shape{.c = 3, .h = 1, .w = 1}, Shape{.c = 3, .h = 17, .w = 31}}) {
    EXPECT_EQ(xception_network(picture, 3).layers.back().output, picture);
  }
}

TEST(SamePadding, PutsTheOddPixelBehind) {
  EXPECT_EQ(same_padding(80, 3, 2).before, 0U);
  EXPECT_EQ(same_padding(80, 3, 2).after, 1U);
  EXPECT_EQ(same_padding(15, 3, 2).before, 1U);
  EXPECT_EQ(same_padding(15, 3, 1).after, 1U);
  EXPECT_EQ(same_padding(4, 1, 2).after, 0U);
}

TEST(Network, TableListsEveryLayer) {
  const Network network = xception_network(kUsualPicture, 10);
  const std::string table = to_table(network);
  for (const auto& layer : network.layers) EXPECT_NE(table.find(layer.name), std::string::npos);
  EXPECT_NE(table.find("2096941"), std::string::npos);
}

}  // namespace
}  // namespace likeness
