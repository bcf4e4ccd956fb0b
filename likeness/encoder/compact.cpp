// The plain autoencoder's default network: see compact_network in network.hpp, and docs/training.md
// for what was tried.
#include "likeness/encoder/compact.hpp"

#include <utility>

namespace likeness {
namespace {

constexpr float kSlope = 0.1F;  // of its leaky ReLUs

}  // namespace

std::size_t activated(NetworkBuilder& b, std::size_t input) {
  return b.relu(b.normalisation(input), kSlope);
}

void add_compact_decoder(NetworkBuilder& b, std::size_t latent, Shape picture) {
  b.begin("decoder");
  const Shape smallest{.c = 192, .h = (picture.h + 15) / 16, .w = (picture.w + 15) / 16};
  auto x = b.reshape(b.relu(b.dense(latent, smallest.size()), kSlope), smallest);
  for (const std::size_t filters : {96U, 64U}) {
    x = activated(
        b, b.transposed_convolution(x, {.out = filters, .kernel = 4, .stride = 2, .bias = false}));
  }
  x = b.depth_to_space(b.convolution(x, {.out = 16 * picture.c}), 4);
  (void)b.crop(b.sigmoid(x), picture.h, picture.w);
}

Network compact_network(Shape picture, std::size_t latent_size) {
  NetworkBuilder b("compact", picture);
  auto x = activated(b, b.convolution(0, {.out = 32, .kernel = 4, .stride = 4, .bias = false}));
  x = activated(b, b.convolution(x, {.out = 64, .stride = 2, .bias = false}));
  x = activated(b, b.convolution(x, {.out = 128, .stride = 2, .bias = false}));
  const auto latent = b.dense(b.reshape(x, {.c = b.shape(x).size()}), latent_size);
  add_compact_decoder(b, latent, picture);
  return std::move(b).finish(latent);
}

}  // namespace likeness
