// Which latents get a graph, and what becomes of it.
#include "likeness/base/file.hpp"
#include "likeness/base/random.hpp"
#include "likeness/shop/gallery.hpp"
#include "likeness/shop/latent_graphs.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

constexpr std::size_t kRows = 1'500;
constexpr std::size_t kDimensions = 3;

// One pack that is large enough, of which only the latents are there.
class LargeShop : public SmallShop {
 protected:
  LargeShop() {
    std::filesystem::create_directories(files().packs());
    Store store(files().database(), OpenMode::kCreate);
    auto transaction = store.begin();
    store.add_pack({.id = 1,
                    .file = pack_name(1),
                    .count = kRows,
                    .width = 24,
                    .height = 32,
                    .fit = "stretch"});
    StoredModel model{.name = "made-up",
                      .file = "made-up.safetensors",
                      .network = "compact",
                      .dimensions = kDimensions};
    model.id = store.put_model(model);
    store.activate_model(model.id);
    transaction.commit();
    write(store, 1);
  }
  void write(Store& store, std::uint64_t seed) const {
    Random random(seed);
    std::vector<float> rows(kRows * kDimensions);
    for (float& value : rows) value = static_cast<float>(random.normal());
    write_latents(store, files(), *store.active_model(), 1, Rows(rows, kDimensions), 2);
  }
  [[nodiscard]] Store store() const { return open_store(files(), OpenMode::kExisting); }
  std::size_t settle(std::optional<IndexChoice> choice) {
    Store now = store();
    return settle_graphs(now, files(), choice, work_, rule_).built;
  }
  [[nodiscard]] std::string searched_by() const {
    return search_summary(store(), files(), rule_)->by;
  }
  [[nodiscard]] bool has_file() const {
    return std::filesystem::exists(files().latents() / "made-up/000001.graph");
  }

  GraphRule rule_{.rows = 1000, .items = 2000};
};

TEST_F(LargeShop, SaysWhereNoPackIsLargeEnough) {
  rule_.rows = kRows + 1;
  EXPECT_EQ(settle({}), 0U);
  EXPECT_TRUE(notes_.messages.empty());
  EXPECT_EQ(settle(IndexChoice::kGraph), 0U);
  ASSERT_EQ(notes_.messages.size(), 1U);
  EXPECT_EQ(notes_.messages[0].text, "no pack has 1,501 pictures, from which a graph pays");
  EXPECT_FALSE(notes_.messages[0].remedy);  // of so few items none can be made
  rule_.rows = kRows;
  EXPECT_EQ(settle({}), 1U);
  EXPECT_EQ(notes_.messages.size(), 1U);
}

TEST_F(LargeShop, HasAGraphWhereItIsAskedForAndNoLongerThanThat) {
  EXPECT_EQ(settle({}), 0U);  // for so few items a graph does not pay
  EXPECT_EQ(searched_by(), "exact");
  EXPECT_EQ(settle(IndexChoice::kGraph), 1U);
  EXPECT_EQ(settle({}), 0U);  // the choice is the shop's, and the graph is there
  EXPECT_EQ(searched_by(), "graph");

  const Store now = store();
  const Gallery gallery(now, files(), {}, 2);
  const auto liked = gallery.vector(432);
  const auto nearest = gallery.index().nearest(liked, {.count = 5, .threads = 1});
  ASSERT_EQ(nearest.size(), 5U);
  EXPECT_EQ(nearest.front(), (Neighbour{.item = 432, .distance = 0.0F}));

  Store changed = store();
  write(changed, 2);  // to other rows the graph says nothing
  EXPECT_EQ(searched_by(), "exact");
  EXPECT_EQ(settle(IndexChoice::kExact), 0U);
  EXPECT_FALSE(has_file());
}

TEST_F(LargeShop, HasAGraphByItselfWhereThereAreManyItems) {
  rule_.items = 1499;
  EXPECT_EQ(settle({}), 1U);
  EXPECT_EQ(searched_by(), "graph");
  EXPECT_EQ(settle(IndexChoice::kExact), 0U);
  EXPECT_FALSE(has_file());
  EXPECT_EQ(settle(IndexChoice::kAuto), 1U);
  rule_.rows = 1501;  // of files that are too small there is none
  EXPECT_EQ(settle({}), 0U);
  EXPECT_FALSE(has_file());
  EXPECT_EQ(searched_by(), "exact");
}

TEST_F(LargeShop, GetsANewGraphForOneThatIsDamaged) {
  EXPECT_EQ(settle(IndexChoice::kGraph), 1U);
  const auto path = files().latents() / "made-up/000001.graph";
  const auto bytes = read_file(path);
  for (const std::size_t place : {std::size_t{20}, bytes.size() / 2, bytes.size() - 3}) {
    auto damaged = bytes;
    damaged[place] ^= std::byte{1};
    write_file(path, damaged);
    EXPECT_EQ(settle({}), 1U) << place;
    EXPECT_EQ(read_file(path), bytes) << place;
  }
  EXPECT_EQ(settle({}), 0U);
}

TEST_F(LargeShop, GetsNoGraphWhereItsMakingIsStopped) {
  const std::stop_source stop;
  stop.request_stop();
  work_.stop = stop.get_token();
  EXPECT_EQ(error_of([&] { return settle(IndexChoice::kGraph); }).kind(),
            Error::Kind::kUnavailable);
  EXPECT_FALSE(has_file());
}

}  // namespace
}  // namespace likeness
