// Where the items lie, and what they are coloured by.
#include "likeness/shop/space.hpp"

#include "likeness/shop/cluster.hpp"
#include "likeness/shop/remove_items.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class SpaceOfShop : public SmallShop {
 protected:
  // What one snapshot has.
  struct Seen {
    explicit Seen(const ShopFiles& files)
        : store(open_store(files)),
          gallery(store, files, {}, 1),
          clusters(clusters_of(store, gallery)) {}
    Store store;
    Gallery gallery;
    std::optional<GalleryClusters> clusters;
  };
};

TEST_F(SpaceOfShop, LaysALineAlongTheFirstAxis) {
  make_line();
  const Seen seen(files());
  const LatentSpace space = latent_space_of(seen.store, seen.gallery);
  ASSERT_EQ(space.items.size(), 12U);
  EXPECT_NEAR(space.variance_shares[0], 1.0, 1e-6);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_NEAR(space.positions[3 * i], 65534.0 * static_cast<double>(i) / 11.0, 1.0) << i;
    EXPECT_NEAR(space.positions[3 * i + 1], 32767.0, 1.0) << i;
    EXPECT_EQ(space.positions[3 * i + 2], 0U) << i;
  }
}

TEST_F(SpaceOfShop, LeavesWhatHasNoLatentNowhere) {
  make_line();
  (void)remove_items({.files = files(), .keys = {"0003"}});
  draw("pictures/9999.jpg", 99);
  (void)pack(pack_request(), work_);
  const Seen seen(files());
  const LatentSpace space = latent_space_of(seen.store, seen.gallery);
  ASSERT_EQ(space.items.size(), 12U);
  for (std::size_t axis = 0; axis < kSpaceAxes; ++axis) {
    EXPECT_EQ(space.positions[11 * kSpaceAxes + axis], kNowhere);
    EXPECT_NE(space.positions[2 * kSpaceAxes + axis], kNowhere);
  }
  const SpaceGroups groups = groups_by_cluster(seen.store, space, seen.clusters);
  EXPECT_TRUE(groups.values.empty());
  EXPECT_EQ(groups.of_item, std::vector<std::uint8_t>(12, SpaceGroups::kNone));
}

TEST_F(SpaceOfShop, GroupsByTagAndByCluster) {
  make_line();
  (void)cluster({.files = files(), .count = ClusterRequest::Count::kGiven, .clusters = 2}, work_);
  const Seen seen(files());
  const LatentSpace space = latent_space_of(seen.store, seen.gallery);
  const SpaceGroups tags = groups_by_tag(seen.store, space, "colour");
  ASSERT_EQ(tags.values.size(), 3U);
  const SpaceGroups clusters = groups_by_cluster(seen.store, space, seen.clusters);
  ASSERT_EQ(clusters.values.size(), 2U);
  EXPECT_EQ(clusters.values[0].items + clusters.values[1].items, 12U);
  for (std::size_t i = 0; i < 12; ++i) {
    const auto item = seen.store.find_item(space.items[i].item);
    EXPECT_EQ(tags.values.at(tags.of_item[i]).value, seen.store.tags_of(item->id).front().value);
    const auto number = seen.gallery.number_of(space.items[i].place);
    EXPECT_EQ(clusters.values.at(clusters.of_item[i]).value,
              std::to_string(seen.clusters->cluster_of(seen.store, *item, *number)));
  }
  EXPECT_EQ(error_of([&] { return groups_by_tag(seen.store, space, "size"); }).kind(),
            Error::Kind::kNotFound);
}

}  // namespace
}  // namespace likeness
