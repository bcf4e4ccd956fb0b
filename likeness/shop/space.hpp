// Where the items lie, for a map of all of them: the first principal components of the latents that
// are searched, and what the points may be coloured by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "likeness/shop/gallery.hpp"
#include "likeness/shop/gallery_clusters.hpp"
#include "likeness/store/store.hpp"

namespace likeness {

inline constexpr std::size_t kSpaceAxes = 3;
// Of each axis, for an item without a latent.
inline constexpr std::uint16_t kNowhere = UINT16_MAX;

struct LatentSpace {
  std::vector<ItemPlace> items;  // all, in the order in which they were added
  // Items x kSpaceAxes, from 0 to kNowhere - 1, of one scale in all axes; an axis that the latents
  // have not is 0.
  std::vector<std::uint16_t> positions;
  std::array<double, kSpaceAxes> variance_shares{};  // of each axis
};
// The components of a sample of the latents. Error::kNotFound if there are none.
[[nodiscard]] LatentSpace latent_space_of(const Store& store, const Gallery& gallery);

// What is most frequent among the items comes first; what is beyond is in no group.
struct SpaceGroups {
  static constexpr std::size_t kMost = UINT8_MAX;
  static constexpr std::uint8_t kNone = UINT8_MAX;
  std::vector<ValueCount> values;     // kMost at most
  std::vector<std::uint8_t> of_item;  // a place in `values`, or kNone
};
// Error::kNotFound for a tag that the shop has not.
[[nodiscard]] SpaceGroups groups_by_tag(const Store& store, const LatentSpace& space,
                                        const std::string& tag);
// In no group without clusters.
[[nodiscard]] SpaceGroups groups_by_cluster(const Store& store, const LatentSpace& space,
                                            const std::optional<GalleryClusters>& clusters);

}  // namespace likeness
