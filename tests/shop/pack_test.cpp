// Verbs that make a shop, tell of it, and take items out of it.
#include "likeness/shop/pack.hpp"

#include <functional>

#include "likeness/base/file.hpp"
#include "likeness/shop/overview.hpp"
#include "likeness/shop/remove_items.hpp"
#include "likeness/shop/verify.hpp"
#include "tests/shop/small_shop.hpp"

namespace likeness {
namespace {

class PackVerb : public SmallShop {};

TEST_F(PackVerb, MakesAShopThatInfoTellsOfAndVerifyFindsSound) {
  const PackOutcome outcome = pack(pack_request(), work_);
  EXPECT_EQ(outcome.report.packed, 12U);
  EXPECT_EQ(outcome.items, 12U);
  ASSERT_TRUE(outcome.tags.has_value());
  EXPECT_EQ(outcome.tags->items, 12U);
  EXPECT_EQ(notes_.steps, 1U);
  const Overview overview = look_at(files());
  EXPECT_EQ(overview.items, 12U);
  EXPECT_EQ(overview.packs.size(), 1U);
  ASSERT_EQ(overview.tags.size(), 1U);
  EXPECT_EQ(overview.tags[0].values, 3U);
  const VerifyOutcome verified = verify(files(), work_);
  EXPECT_TRUE(verified.sound());
  EXPECT_EQ(verified.items, 12U);
  EXPECT_EQ(verified.pictures, 12U);
}

// It is no reason to restore packs that are sound.
TEST_F(PackVerb, MakesPacksBesideWhichAStrangerIsTold) {
  make();
  write_file(files().packs() / "stranger", std::string_view("somebody's"));
  const VerifyOutcome told = verify(files(), work_);
  ASSERT_EQ(told.problems.size(), 1U);
  EXPECT_NE(told.problems[0].what.find("move it away"), std::string::npos);
  EXPECT_TRUE(told.remedies.empty());
}

// Else the packs would be taken for what a killed first packing has left.
TEST_F(PackVerb, TouchesNoPacksWhoseDatabaseIsGoneOrEmpty) {
  make();
  const auto pack_file = files().packs() / "000001.pack";
  const auto before = read_file(pack_file);
  std::filesystem::remove(path("shop/shop.db-wal"));
  std::filesystem::remove(path("shop/shop.db-shm"));
  for (const char* how : {"empty", "gone"}) {
    if (how == std::string("empty")) {
      std::filesystem::resize_file(files().database(), 0);
    } else {
      std::filesystem::remove(files().database());
    }
    for (const auto& verb : {std::function<void()>([&] { (void)pack(pack_request(), work_); }),
                             std::function<void()>([&] { (void)verify(files(), work_); }),
                             std::function<void()>([&] { (void)look_at(files()); })}) {
      const Error error = error_of([&] { return verb(), 0; });
      EXPECT_EQ(error.kind(), Error::Kind::kCorrupt);
      EXPECT_NE(std::string(error.what()).find(how), std::string::npos) << error.what();
    }
    EXPECT_EQ(read_file(pack_file), before);
  }
}

TEST_F(PackVerb, AddsOnlyWhatIsNewOrChanged) {
  make();
  draw("pictures/0001.jpg", 100);
  draw("pictures/0013.jpg", 13);
  const PackOutcome outcome = pack(pack_request(), work_);
  EXPECT_EQ(outcome.report.packed, 1U);
  EXPECT_EQ(outcome.report.replaced, 1U);
  EXPECT_EQ(outcome.report.unchanged, 11U);
  EXPECT_EQ(outcome.items, 13U);
}

TEST_F(PackVerb, KeepsEachPackThatIsFullAlsoWhereTheNextCannotBeMade) {
  PackRequest request = pack_request();
  request.most_files = 5;
  class StopsLate : public Notes {
   public:
    void advance(std::size_t files) override {
      done_ += files;
      if (done_ == 10) stop.request_stop();
    }
    std::stop_source stop;

   private:
    std::size_t done_ = 0;
  } status;
  const Work work{.threads = 1, .stop = status.stop.get_token(), .status = &status};
  EXPECT_THROW((void)pack(request, work), Error);
  EXPECT_EQ(look_at(files()).packs.size(), 2U);
  const PackOutcome rest = pack(request, work_);
  EXPECT_EQ(rest.report.packed, 2U);
  EXPECT_EQ(rest.report.unchanged, 10U);
  EXPECT_EQ(rest.items, 12U);
  EXPECT_EQ(rest.packs.size(), 3U);
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(PackVerb, RefusesAnotherSizeAndAnotherFit) {
  make();
  PackRequest request = pack_request();
  request.size = Size{.width = 32, .height = 32};
  EXPECT_EQ(error_of([&] { return pack(request, work_); }).kind(), Error::Kind::kInput);
  request = pack_request();
  request.fit = Fit::kPad;
  EXPECT_EQ(error_of([&] { return pack(request, work_); }).kind(), Error::Kind::kInput);
  EXPECT_TRUE(verify(files(), work_).sound());
}

TEST_F(PackVerb, StoppedBeforeItBeganLeavesNoShop) {
  std::stop_source source;
  source.request_stop();
  const Error error = error_of([&] { return pack(pack_request(), {.stop = source.get_token()}); });
  EXPECT_EQ(error.kind(), Error::Kind::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(files().database()));
}

TEST_F(PackVerb, SaysByDataWhatMendsAMissingShop) {
  const Error error = error_of([&] { return look_at(files()); });
  EXPECT_EQ(error.kind(), Error::Kind::kNotFound);
  const auto remedy = error.message().remedy;
  ASSERT_TRUE(remedy.has_value());
  EXPECT_EQ(remedy->verb, "pack");
}

TEST_F(PackVerb, RemovesAllKeysOrNone) {
  make();
  const Error error =
      error_of([&] { return remove_items({.files = files(), .keys = {"0001", "nobody"}}); });
  EXPECT_EQ(error.kind(), Error::Kind::kNotFound);
  EXPECT_EQ(look_at(files()).items, 12U);
  EXPECT_EQ(remove_items({.files = files(), .keys = {"0001", "0002", "0001"}}).removed, 2U);
  const Overview overview = look_at(files());
  EXPECT_EQ(overview.items, 10U);
  EXPECT_EQ(overview.removed, 2U);
}

TEST_F(PackVerb, NamesAPackWhosePixelsAreDamaged) {
  make();
  const auto file = files().packs() / "000001.pack";
  auto bytes = read_file(file);
  bytes[bytes.size() / 4] ^= std::byte{1};
  std::filesystem::remove(file);
  write_file(file, bytes);
  const VerifyOutcome outcome = verify(files(), work_);
  EXPECT_FALSE(outcome.sound());
  ASSERT_FALSE(outcome.problems.empty());
  EXPECT_EQ(outcome.problems[0].where, "packs/000001.pack");
}

}  // namespace
}  // namespace likeness
