// Items put, tagged and removed without files.
#include "likeness/shop/change_items.hpp"

#include <algorithm>
#include <utility>

#include "likeness/base/file.hpp"
#include "likeness/shop/compact.hpp"
#include "likeness/shop/embedding.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class ChangeItems : public SmallShop {
 protected:
  // As whoever brings a picture makes it, described by the model that answers, if there is one.
  [[nodiscard]] NewPicture picture(std::uint64_t seed) const {
    draw("sent.jpg", seed);
    const auto bytes = read_file(path("sent.jpg"), 1U << 20U);
    const Store store = open_store(files());
    NewPicture made{.record = record_of(bytes, store.packs().front()), .digest = digest(bytes)};
    if (const auto model = store.active_model()) {
      made.latent = embed_picture(files(), store.packs().front(), *model, path("sent.jpg"));
      made.weights = model->weights;
    }
    return made;
  }
  [[nodiscard]] std::vector<Changed> change(const std::vector<ItemChange>& changes) const {
    return change_items(files(), changes, work_);
  }
  [[nodiscard]] Store store() const { return open_store(files()); }
  void expect_sound() const {
    EXPECT_TRUE(store().check().empty());
    EXPECT_TRUE(verify(files(), work_).sound());
  }
};

ItemTag tag(std::string name, std::string value) {
  return {.name = std::move(name), .value = std::move(value)};
}

using Outcomes = std::vector<Changed>;

TEST_F(ChangeItems, PutsSeveralInOnePack) {
  make();
  train_model("a", 3);
  const Outcomes outcomes = change({{.key = "z", .picture = picture(50)},
                                    {.key = "0003", .picture = picture(51)},
                                    {.key = "0004", .removes = true},
                                    {.key = "none", .removes = true},
                                    {.key = "0005", .tags = {tag("colour", "pink")}}});
  EXPECT_EQ(outcomes, (Outcomes{Changed::kNew, Changed::kReplaced, Changed::kRemoved,
                                Changed::kNoItem, Changed::kSame}));
  EXPECT_EQ(store().packs().size(), 2U);
  EXPECT_EQ(store().packs().back().count, 2U);
  EXPECT_EQ(store().count_items(), 12U);
  EXPECT_EQ(store().active_model()->latents, 12U);  // all of them have one
  EXPECT_EQ(store().items_with("colour", "pink").size(), 1U);
  expect_sound();
}

TEST_F(ChangeItems, WritesTheLatentThatCameWithThePicture) {
  make();
  train_model("a", 3);
  const NewPicture sent = picture(50);
  (void)change({{.key = "z", .picture = sent}});
  const Store now = store();
  const auto model = *now.active_model();
  const auto item = now.find_item("z");
  ASSERT_TRUE(item.has_value());
  const auto latents = open_latents(now, files(), model);
  const auto row = latents.back().row(item->record, model.dimensions);
  EXPECT_TRUE(std::ranges::equal(row, sent.latent));
}

TEST_F(ChangeItems, TakesNoPictureThatAnotherModelDescribed) {
  make();
  const NewPicture before = picture(50);
  train_model("a", 3);
  EXPECT_EQ(change({{.key = "z", .picture = before}}), Outcomes{Changed::kOtherModel});
  EXPECT_EQ(store().count_items(), 12U);
  EXPECT_EQ(store().packs().size(), 1U);
}

TEST_F(ChangeItems, WritesNoPictureThatIsThereAlready) {
  make();
  EXPECT_EQ(change({{.key = "z", .picture = picture(50)}}), Outcomes{Changed::kNew});
  EXPECT_EQ(change({{.key = "z", .picture = picture(50)}}), Outcomes{Changed::kSame});
  EXPECT_EQ(store().packs().size(), 2U);
}

TEST_F(ChangeItems, CountsTheTagsThatChange) {
  make();
  (void)change({{.key = "0001", .tags = {tag("colour", "pink"), tag("size", "s")}},
                {.key = "0002", .tags = {tag("colour", "")}},
                {.key = "0003", .tags = {tag("colour", "red")}},  // as it was
                {.key = "0004", .tags = {tag("size", "m")}, .only_these_tags = true}});
  const auto count = [now = store()](const char* tag, const std::string& value) {
    for (const ValueCount& one : now.value_counts(tag)) {
      if (one.value == value) return one.items;
    }
    return std::size_t{0};
  };
  EXPECT_EQ(count("colour", "pink"), 1U);
  EXPECT_EQ(count("colour", "red"), 4U);
  EXPECT_EQ(count("colour", "green"), 2U);  // of 0001, 0004, 0007 and 0010 the first two not
  EXPECT_EQ(count("colour", "blue"), 3U);
  EXPECT_EQ(count("size", "m"), 1U);
  expect_sound();
  (void)change({{.key = "0001", .tags = {tag("colour", "")}}});
  EXPECT_FALSE(store().has_value("colour", "pink"));
  expect_sound();
}

TEST_F(ChangeItems, BringsARemovedItemBack) {
  make();
  (void)change({{.key = "0003", .removes = true}});
  EXPECT_EQ(change({{.key = "0003", .picture = picture(3)}}), Outcomes{Changed::kNew});
  EXPECT_EQ(store().count_items(), 12U);
  expect_sound();
}

// The folder that the others came from knows nothing of them.
TEST_F(ChangeItems, StaysWhenTheFoldersArePackedAgain) {
  make();
  (void)change({{.key = "z", .picture = picture(50)}, {.key = "0004", .removes = true}});
  PackRequest again = pack_request();
  again.when_gone = WhenGone::kRemove;
  const PackOutcome outcome = pack(again, work_);
  EXPECT_TRUE(outcome.gone.keys.empty());
  EXPECT_TRUE(store().find_item("z").has_value());
  EXPECT_FALSE(store().find_item("0004").has_value());
  draw("pictures/z.jpg", 60);
  EXPECT_EQ(pack(again, work_).report.skipped.size(), 1U);  // the key is taken
  expect_sound();
}

TEST_F(ChangeItems, RefusesKeysAndTagsThatCannotBe) {
  make();
  const auto refused = [&](const ItemChange& wrong) {
    return refused_field([&] { return change({{.key = "0001", .removes = true}, wrong}); });
  };
  EXPECT_EQ(refused({.key = ""}), "key");
  EXPECT_EQ(refused({.key = std::string(256, 'a')}), "key");
  EXPECT_EQ(refused({.key = "a\nb"}), "key");
  EXPECT_EQ(refused({.key = "\xff"}), "key");
  EXPECT_EQ(refused({.key = "0002", .tags = {tag("", "a")}}), "tags");
  EXPECT_EQ(refused({.key = "0002", .tags = {tag("a", "\x01")}}), "tags");
  EXPECT_EQ(store().count_items(), 12U);  // nothing was done
}

TEST_F(ChangeItems, AreGatheredWithoutTheLargePacks) {
  make();
  train_model("a", 3);
  for (std::uint64_t i = 0; i < 5; ++i) {
    (void)change({{.key = "z" + std::to_string(i), .picture = picture(50 + i)}});
  }
  const CompactOutcome outcome = compact({.files = files(), .largest_pack = 2}, work_);
  EXPECT_EQ(outcome.merged, 5U);
  EXPECT_EQ(outcome.made, 1U);
  ASSERT_EQ(store().packs().size(), 2U);
  EXPECT_EQ(store().packs().front().id, 1);
  EXPECT_EQ(store().active_model()->latents, 17U);
  expect_sound();
}

}  // namespace
}  // namespace likeness
