// The reference network: see xception_network in network.hpp.
#include <cstddef>

#include "likeness/encoder/network.hpp"

namespace likeness {
namespace {

std::size_t encoder_block(NetworkBuilder& b, std::size_t input, std::size_t filters) {
  auto x = b.relu(input);
  x = b.separable_convolution(x, filters, 3);
  x = b.relu(b.normalisation(x));
  x = b.separable_convolution(x, filters, 3);
  x = b.max_pooling(b.normalisation(x), 3, 2);
  return b.sum(x, b.convolution(input, {.out = filters, .kernel = 1, .stride = 2}));
}

std::size_t decoder_block(NetworkBuilder& b, std::size_t input, std::size_t filters) {
  auto x = b.transposed_convolution(b.relu(input), {.out = filters});
  x = b.relu(b.normalisation(x));
  x = b.transposed_convolution(x, {.out = filters});
  return b.upsampling(b.normalisation(x));
}

}  // namespace

Network xception_network(Shape picture, std::size_t latent_size) {
  NetworkBuilder b("xception", picture);
  auto x = b.convolution(0, {.out = 32, .stride = 2});
  x = b.relu(b.normalisation(x));
  for (const std::size_t filters : {64U, 128U, 256U}) x = encoder_block(b, x, filters);
  x = b.reshape(x, {.c = b.shape(x).size()});
  const auto latent = b.sigmoid(b.dense(x, latent_size));

  b.begin("decoder");
  const Shape smallest{.c = 256, .h = (picture.h + 15) / 16, .w = (picture.w + 15) / 16};
  x = b.relu(b.dense(latent, smallest.size()));
  x = b.reshape(x, smallest);
  x = decoder_block(b, x, 256);
  for (const std::size_t filters : {128U, 64U, 32U}) {
    const auto residual = b.convolution(b.upsampling(x), {.out = filters, .kernel = 1});
    x = b.sum(decoder_block(b, x, filters), residual);
  }
  x = b.sigmoid(b.convolution(x, {.out = picture.c}));
  (void)b.crop(x, picture.h, picture.w);
  return std::move(b).finish(latent);
}

}  // namespace likeness
