// Where latents lie, and what becomes of them when the shop changes.
#include <fstream>

#include "likeness/base/file.hpp"
#include "likeness/shop/embed.hpp"
#include "likeness/shop/latent_files.hpp"
#include "likeness/shop/recommend.hpp"
#include "likeness/shop/remove_items.hpp"
#include "likeness/shop/train.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"
#include "tests/support/older_shop.hpp"

namespace likeness {
namespace {

class Latents : public SmallShop {
 protected:
  void train_and_embed() {
    make();
    TrainRequest request;
    request.files = files();
    request.latent_given = 3;
    request.epochs = 1;
    request.batch = 4;
    request.name = "small";
    (void)train(request, work_);
    EXPECT_EQ(embed_again(), 12U);
  }
  std::size_t embed_again() { return embed({.files = files(), .model = {}}, work_).embedded; }

  [[nodiscard]] Store store() const { return open_store(files()); }
  [[nodiscard]] StoredLatents latents() const {
    const Store now = store();
    return all_latents(now, files(), *now.active_model());
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return files().latents() / name;
  }
  // The nearest of all to item 0001, with their distances.
  [[nodiscard]] std::string answer() const {
    RecommendRequest request;
    request.query.files = files();
    request.query.liked = {"0001"};
    request.count = 20;
    return to_json(recommend(request, work_)).dump();
  }
};

TEST_F(Latents, LieInAFileForEachPack) {
  train_and_embed();
  EXPECT_EQ(LatentsFile(file("small/000001.latents")).count(), 12U);
  const StoredLatents before = latents();
  draw("pictures/0013.jpg", 13);
  draw("pictures/0003.jpg", 33);  // a new picture of an old item
  make();
  EXPECT_EQ(latents().items.size(), 11U);
  EXPECT_EQ(embed_again(), 2U);
  EXPECT_EQ(LatentsFile(file("small/000002.latents")).count(), 2U);
  const StoredLatents after = latents();
  ASSERT_EQ(after.items.size(), 13U);
  for (std::size_t i = 0; i < 12; ++i) {
    const auto old = Rows(before.values, 3).row(i);
    EXPECT_EQ(std::ranges::equal(Rows(after.values, 3).row(i), old), i != 2) << i;
  }
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Latents, OfBeforeVersion4AreReadAndMovedByWhoeverWrites) {
  make_line();
  const std::string expected = answer();
  move_latents_into_table(files());
  EXPECT_TRUE(store().has_tabled_latents());
  EXPECT_EQ(answer(), expected);
  EXPECT_FALSE(std::filesystem::exists(files().latents()));
  EXPECT_THROW((void)remove_items({.files = files(), .keys = {"none"}}), Error);
  EXPECT_FALSE(store().has_tabled_latents());
  EXPECT_TRUE(std::filesystem::exists(file("line/000001.latents")));
  EXPECT_EQ(answer(), expected);
}

TEST_F(Latents, OfBeforeVersion4AreMovedUpToTheFirstThatIsMissing) {
  make_line();
  move_latents_into_table(files());
  Database(files().database(), OpenMode::kExisting).execute("DELETE FROM latents WHERE item = 6");
  (void)open_store(files(), OpenMode::kExisting);
  EXPECT_EQ(latents().items, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

TEST_F(Latents, OfAnItemThatIsBackAreMadeAgain) {
  train_and_embed();
  const StoredLatents before = latents();
  const auto gone = path("pictures/0004.jpg");
  std::filesystem::rename(gone, path("kept.jpg"));
  PackRequest request = pack_request();
  request.when_gone = WhenGone::kRemove;
  (void)pack(request, work_);
  EXPECT_EQ(latents().items.size(), 11U);
  EXPECT_EQ(embed_again(), 0U);
  std::filesystem::rename(path("kept.jpg"), gone);
  make();
  EXPECT_EQ(latents().items, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(embed_again(), 9U);
  EXPECT_EQ(latents().values, before.values);
}

TEST_F(Latents, ThatAreDamagedOrMissingAreNamed) {
  train_and_embed();
  const auto bytes = read_file(file("small/000001.latents"));
  for (const std::size_t place :
       {std::size_t{3}, std::size_t{40}, std::size_t{130}, bytes.size() - 3}) {
    auto damaged = bytes;
    damaged[place] ^= std::byte{1};
    write_file(file("small/000001.latents"), damaged);
    const VerifyOutcome told = verify(files(), work_);
    ASSERT_EQ(told.problems.size(), 1U) << place;
    EXPECT_EQ(told.problems[0].where, "latents/small/000001.latents");
    ASSERT_EQ(told.remedies.size(), 1U);
    EXPECT_EQ(told.remedies[0].remedy->verb, "embed");
  }
  std::filesystem::remove(file("small/000001.latents"));
  EXPECT_EQ(verify(files(), work_).problems.size(), 1U);
  EXPECT_EQ(error_of([&] { return answer(); }).kind(), Error::Kind::kCorrupt);
}

TEST_F(Latents, ThatAreDamagedOrMissingAreMadeAgainByTheNextEmbedding) {
  train_and_embed();
  const std::string expected = answer();
  const auto made = file("small/000001.latents");
  const auto bytes = read_file(made);
  auto of_another_pack = bytes;
  of_another_pack[24] ^= std::byte{1};
  auto damaged_row = bytes;
  damaged_row[130] ^= std::byte{1};
  auto cut = bytes;
  cut.resize(bytes.size() / 2);
  for (const auto& wrong : {of_another_pack, damaged_row, cut, std::vector<std::byte>()}) {
    write_file(made, wrong);
    notes_.messages.clear();
    EXPECT_EQ(embed_again(), 12U);
    ASSERT_FALSE(notes_.messages.empty());
    EXPECT_NE(notes_.messages.front().text.find("000001.latents"), std::string::npos);
    EXPECT_EQ(answer(), expected);
  }
  std::filesystem::remove_all(files().latents());
  EXPECT_EQ(embed_again(), 12U);
  EXPECT_EQ(answer(), expected);
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(Latents, ThatAreMadeAgainLeaveThoseOfOtherPacksWhereTheyWere) {
  train_and_embed();
  draw("pictures/0013.jpg", 13);
  draw("pictures/0014.jpg", 14);
  make();
  EXPECT_EQ(embed_again(), 2U);
  const std::string expected = answer();
  {  // of the second pack one is missing, as after an interrupt
    Store now = open_store(files(), OpenMode::kExisting);
    const auto stored = open_latents(now, files(), *now.active_model()).back();
    const std::vector<float> first(stored.row(0, 3).begin(), stored.row(0, 3).end());
    write_latents(now, files(), *now.active_model(), stored.pack, Rows(first, 3), 1);
  }
  std::filesystem::remove(file("small/000001.latents"));
  EXPECT_EQ(embed_again(), 13U);
  EXPECT_EQ(answer(), expected);
}

TEST_F(Latents, AndPacksThatAreDamagedAreNamedInTheSameOrderByAnyNumberOfThreads) {
  train_and_embed();
  for (const auto& damaged : {file("small/000001.latents"), files().packs() / "000001.pack",
                              files().models() / "small.safetensors"}) {
    auto bytes = read_file(damaged);
    bytes[bytes.size() / 2] ^= std::byte{1};
    write_file(damaged, bytes);
  }
  write_file(files().packs() / "stranger", std::string_view("somebody's"));
  std::string remedies;
  for (const Message& remedy : verify(files(), work_).remedies) {
    remedies += remedy.text.substr(0, remedy.text.find(':')) + " ";
  }
  EXPECT_EQ(remedies, "packs models latents of small ");
  for (const std::size_t threads : {1U, 2U, 3U}) {
    std::string places;
    for (const auto& [what, where] : verify(files(), {.threads = threads}).problems) {
      places += where + " ";
    }
    EXPECT_EQ(places,
              "packs/000001.pack models/small.safetensors latents/small/000001.latents "
              "packs/stranger ");
  }
}

TEST_F(Latents, ThatNoRowNamesAreToldAndRemovedByTheNextEmbedding) {
  train_and_embed();
  write_file(file("small/000002.latents"), std::string_view("half"));
  write_file(file("small/notes.txt"), std::string_view("somebody's"));
  const VerifyOutcome told = verify(files(), work_);
  EXPECT_TRUE(told.sound());
  ASSERT_EQ(told.notes.size(), 1U);
  EXPECT_EQ(told.notes[0].where, "latents/small/000002.latents");
  (void)embed_again();
  EXPECT_FALSE(std::filesystem::exists(file("small/000002.latents")));
  EXPECT_TRUE(std::filesystem::exists(file("small/notes.txt")));
}

TEST_F(Latents, OfAnotherPackOrOtherWeightsAreRefused) {
  train_and_embed();
  draw("pictures/0013.jpg", 13);
  make();
  (void)embed_again();
  const auto first = read_file(file("small/000001.latents"));
  write_file(file("small/000002.latents"), first);
  EXPECT_EQ(error_of([&] { return answer(); }).kind(), Error::Kind::kCorrupt);
  EXPECT_EQ(verify(files(), work_).problems.size(), 1U);
}

}  // namespace
}  // namespace likeness
