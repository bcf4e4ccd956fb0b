// The classic parts of a descriptor: linear maps of what is computed of a picture, which are fitted
// to pictures before anything is trained.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "likeness/base/thread_pool.hpp"
#include "likeness/catalogue/descriptors.hpp"
#include "likeness/catalogue/image.hpp"
#include "likeness/encoder/network.hpp"
#include "likeness/encoder/pictures.hpp"
#include "likeness/encoder/views.hpp"
#include "likeness/neighbours/linear_map.hpp"
#include "likeness/neighbours/pca.hpp"

namespace likeness {

inline constexpr std::size_t kMostLookedAt = 50'000;  // pictures
inline constexpr std::size_t kMostViewed = 8'192;  // pictures that are looked at in several views

// So many of `count` things, evenly spread; all, if there are no more.
[[nodiscard]] std::vector<std::size_t> evenly(std::size_t most, std::size_t count);

// Looks at pictures of which places say the positions, on all threads of a pool, which it does not
// outlive.
class Looker {
 public:
  Looker(const ChosenPictures& from, const Shape& picture, ThreadPool& pool);

  // Of the picture at a place, of which the row says how many came before it.
  using Describe =
      std::function<std::vector<float>(std::span<const std::uint8_t> picture, std::size_t row)>;
  // (places, numbers): row i is what is told of the picture at places[i].
  [[nodiscard]] std::vector<float> rows(std::span<const std::size_t> places, std::size_t numbers,
                                        const Describe& describe) const;

  [[nodiscard]] std::vector<float> pyramids(std::span<const std::size_t> places) const;
  // What the pyramids of two views of each picture differ by.
  [[nodiscard]] std::vector<float> differences(std::span<const std::size_t> places,
                                               const ViewLimits& limits, std::uint64_t seed) const;
  [[nodiscard]] std::vector<float> colours(std::span<const std::size_t> places) const;

  [[nodiscard]] std::size_t threads() const noexcept { return pool_.threads(); }
  [[nodiscard]] std::size_t pictures() const noexcept { return from_.positions.size(); }

 private:
  [[nodiscard]] PixelView view_of(std::span<const std::uint8_t> picture) const;
  [[nodiscard]] std::vector<float> pyramid_of_view(std::span<const std::uint8_t> picture,
                                                   const ViewLimits& limits, Random& random) const;

  const ChosenPictures& from_;
  Size size_;
  std::size_t bytes_;
  ThreadPool& pool_;
};

// Of the fine Lab histogram: its principal components, half whitened.
[[nodiscard]] LinearMap fit_colours(const Looker& looker, std::size_t directions);
// Of the gradient pyramid: the directions in which pictures differ most beside their own views,
// half whitened.
[[nodiscard]] LinearMap fit_shapes(const Looker& looker, std::size_t directions,
                                   const ViewLimits& views, std::uint64_t seed);

// Along each direction rows differ by the root of what they did (docs/quality.md): the first, in
// which they differ most, tell little that a person would look for.
[[nodiscard]] LinearMap half_whitened(const LinearMap& map, const Rows& rows, std::size_t threads);

// Each of (rows, numbers) as LayerKind::kUnitLength leaves it.
void to_unit_length(std::vector<float>& rows, std::size_t numbers);

// Where the parameters of the layer at this position begin.
[[nodiscard]] std::size_t parameters_before(const Network& network, std::size_t layer);

// The weights and biases of a dense layer that does what the map's first `count` directions do.
[[nodiscard]] std::vector<float> dense_parameters(const LinearMap& map, std::size_t count);

// Makes the dense layer at this position do that.
void put_map(const LinearMap& map, const Network& network, std::size_t layer,
             std::vector<float>& parameters);

}  // namespace likeness
