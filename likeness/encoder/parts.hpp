// The default network, "parts": its latent is a descriptor with a part for shape and one for
// colour, so that neither drowns the other and a person can ask for one of them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "likeness/encoder/network.hpp"

namespace likeness {

inline constexpr const char* kShapePart = "shape";
inline constexpr const char* kColourPart = "colour";

// A run of a descriptor's numbers. Before descriptors are compared, each run is divided by its
// spread and multiplied by its weight.
struct Part {
  std::string name;  // several runs may have the same
  std::size_t begin = 0;
  std::size_t size = 0;
  float spread = 1.0F;  // the root of the summed variances of its numbers
  float weight = 1.0F;
};

// How many numbers each run of parts_network() has.
struct PartSizes {
  std::size_t learned = 0;
  std::size_t gradients = 0;
  std::size_t colours = 0;
};
// Those of a descriptor of D >= kFewestNumbers numbers.
inline constexpr std::size_t kFewestNumbers = 8;
[[nodiscard]] PartSizes part_sizes(std::size_t latent_size);
// And as it is trained before map_shape() makes D of them: with more directions of the pyramid.
inline constexpr std::size_t kUsualDirections = 88;
[[nodiscard]] PartSizes trained_sizes(std::size_t latent_size);

// Three runs of numbers:
//   shape   learned by contrast (see contrast.hpp) from luma and gradient pyramid, unit length
//   shape   the gradient pyramid along the directions that tell pictures apart, unit length
//   colour  principal components of the Lab histogram
// and behind them the decoder of "compact", which shows what they hold.
[[nodiscard]] Network parts_network(Shape picture, const PartSizes& sizes);

// What map_shape() makes of it, for a descriptor of so many numbers: its two runs of shape, then
// one run that is a linear map of them, of unit length, and that of colour. The decoder reads
// these.
[[nodiscard]] Network mapped_network(Shape picture, const PartSizes& sizes,
                                     std::size_t latent_size);

// The one that is trained for such a network: that without the map for a mapped_network(), also for
// one of a program before, whose layers differ; else itself.
[[nodiscard]] Network trained_network(const Network& network);

// What each number of a descriptor is multiplied by: its part's weight / spread.
[[nodiscard]] std::vector<float> number_weights(std::span<const Part> parts);

// The runs of a parts_network() or a mapped_network(), of spread 1 until they are measured.
[[nodiscard]] std::vector<Part> parts_of(const Network& network);

// Where parts_network() has what is fitted, not trained by gradients, and what is learned.
struct PartsLayers {
  std::size_t learned = 0;    // the last layer of what is trained by contrast; nothing before it is
                              // anything else
  std::size_t gradients = 0;  // the dense layers that hold the directions and the components
  std::size_t colours = 0;
};
// Error::kInput for another network.
[[nodiscard]] PartsLayers parts_layers(const Network& network);

}  // namespace likeness
