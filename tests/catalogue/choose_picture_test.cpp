#include "likeness/catalogue/choose_picture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "tests/catalogue/pictures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;

// A folder with files of one name, and perhaps an item that was packed from one of them.
class ChoosePicture : public testing::Test {
 protected:
  // A picture whose pixels the seed decides and whose bytes the comment changes.
  void write_picture(const std::string& name, std::uint64_t seed,
                     const std::string& comment = "") const {
    auto jpeg = encode_jpeg(noise_image({.width = 12, .height = 16}, seed), 90);
    if (!comment.empty()) {
      std::string segment = "\xff\xfe";
      segment += static_cast<char>(0);
      segment += static_cast<char>(comment.size() + 2);
      segment += comment;
      const auto bytes = std::as_bytes(std::span(segment));
      jpeg.insert(jpeg.begin() + 2, bytes.begin(), bytes.end());
    }
    write(name, std::string(reinterpret_cast<const char*>(jpeg.data()), jpeg.size()));
  }

  void write(const std::string& name, const std::string& content) const {
    fs::create_directories((root() / name).parent_path());
    write_file(root() / name, content);
  }

  [[nodiscard]] fs::path root() const { return fs::canonical(folder_.path()); }

  // As if the file had been packed as it is now.
  void know(const std::string& name) {
    known_path_ = (root() / name).string();
    const auto bytes = read_file(root() / name);
    known_ = {.place = 7, .path = known_path_, .digest = digest(bytes)};
    known_record_ = to_record(bytes, options_).pixels;
  }

  Choice choose(const std::string& below = "") {
    const std::vector<fs::path> folders = {root() / below};
    sources_ = find_pictures(folders).sources;
    const KnownPictures pictures{
        .find = [this](std::string_view) { return known_; },
        .has_pixels =
            [this](std::size_t place, std::span<const std::uint8_t> record) {
              EXPECT_EQ(place, 7U);
              return std::ranges::equal(known_record_, record);
            }};
    record_.assign(std::size_t{3} * 6 * 8, 0);
    return choose_picture(sources_, pictures, options_, record_);
  }

  // The chosen file, relative to the folder, or nothing.
  [[nodiscard]] std::string chosen(const Choice& choice) const {
    return choice.source == nullptr ? "" : fs::relative(choice.source->path, root()).string();
  }

  PackOptions options_{.size = {.width = 6, .height = 8}};
  std::optional<KnownPicture> known_;
  std::vector<std::uint8_t> known_record_;
  std::vector<std::uint8_t> record_;

 private:
  TemporaryFolder folder_;
  std::string known_path_;
  std::vector<PictureSource> sources_;
};

TEST_F(ChoosePicture, OnlyAPictureByItsFirstBytesTakesTheKey) {
  write("1.AAE", "<?xml version=\"1.0\"?><plist/>");
  write("1.CR2", std::string("II*\0\x10\0\0\0CR\2\0", 12) + std::string(2'000, '\7'));
  write("1.JPEG", "");
  write("1.MOV", std::string("\0\0\0\x14"
                             "ftypqt  ",
                             12) +
                     std::string(2'000'000, 'x'));
  write("1.eps", "%!PS-Adobe-3.0 EPSF-3.0\n");
  write_picture("1.jpg", 1);
  write("1.pdf", "%PDF-1.7\n");
  const Choice choice = choose();
  EXPECT_EQ(chosen(choice), "1.jpg");
  EXPECT_EQ(choice.verdict, Verdict::kNew);
  EXPECT_EQ(choice.ignored.size(), 5U);
  ASSERT_EQ(choice.skipped.size(), 1U);
  EXPECT_EQ(choice.skipped[0].reason, "is empty");
}

TEST_F(ChoosePicture, OneThatCannotBeUsedFreesItsKeyForTheNext) {
  write_picture("a/1.jpg", 1);
  fs::resize_file(root() / "a/1.jpg", fs::file_size(root() / "a/1.jpg") / 2);
  write_picture("b/1.jpg", 1);
  write_picture("c/1.jpg", 2);
  const Choice choice = choose();
  EXPECT_EQ(chosen(choice), "b/1.jpg");
  ASSERT_EQ(choice.skipped.size(), 2U);
  EXPECT_TRUE(choice.skipped[0].path.ends_with("a/1.jpg"));
  EXPECT_EQ(choice.skipped[1].reason,
            "has the key \"1\" of " + (root() / "b/1.jpg").string() + ", which is kept");
  EXPECT_EQ(choice.taken, 1U);
}

TEST_F(ChoosePicture, NoneIsTakenWhereNoneCanBeUsed) {
  write("1.jpg", "\xff\xd8\xff");
  write("1.txt", "words");
  const Choice choice = choose();
  EXPECT_EQ(choice.verdict, Verdict::kNone);
  EXPECT_EQ(chosen(choice), "");
  EXPECT_EQ(choice.skipped.size(), 1U);
  EXPECT_EQ(choice.ignored.size(), 1U);
}

TEST_F(ChoosePicture, TheSamePathWithOtherPixelsIsANewVersion) {
  write_picture("a/1.jpg", 1);
  know("a/1.jpg");
  write_picture("a/1.jpg", 2);
  const Choice choice = choose();
  EXPECT_EQ(choice.verdict, Verdict::kReplaced);
  EXPECT_EQ(chosen(choice), "a/1.jpg");
  EXPECT_EQ(choice.checksum, checksum(std::as_bytes(std::span(record_))));
  EXPECT_EQ(record_, to_record(read_file(root() / "a/1.jpg"), options_).pixels);
}

TEST_F(ChoosePicture, TheSamePixelsInAnotherFileAreUnchanged) {
  write_picture("1.jpg", 1);
  know("1.jpg");
  write_picture("1.jpg", 1, "edited");
  const Choice choice = choose();
  EXPECT_EQ(choice.verdict, Verdict::kUnchanged);
  EXPECT_EQ(choice.digest, digest(read_file(root() / "1.jpg")));
  EXPECT_NE(choice.digest, known_->digest);
}

TEST_F(ChoosePicture, AMovedFileIsFoundByItsDigestAndWithoutDecoding) {
  write_picture("old/1.jpg", 1);
  know("old/1.jpg");
  fs::rename(root() / "old", root() / "new");
  known_record_.clear();  // would differ
  const Choice choice = choose();
  EXPECT_EQ(choice.verdict, Verdict::kUnchanged);
  EXPECT_EQ(chosen(choice), "new/1.jpg");
}

TEST_F(ChoosePicture, AFileThatWasMovedAndEditedIsFoundByItsPixels) {
  write_picture("old/1.jpg", 1);
  know("old/1.jpg");
  fs::remove_all(root() / "old");
  write_picture("a/1.jpg", 5);
  write_picture("new/1.jpg", 1, "edited");
  const Choice choice = choose();
  EXPECT_EQ(choice.verdict, Verdict::kUnchanged);
  EXPECT_EQ(chosen(choice), "new/1.jpg");
  EXPECT_EQ(choice.digest, digest(read_file(root() / "new/1.jpg")));
  ASSERT_EQ(choice.skipped.size(), 1U);
  EXPECT_TRUE(choice.skipped[0].path.ends_with("a/1.jpg"));
}

TEST_F(ChoosePicture, AnotherPathWithOtherPixelsIsAnotherPicture) {
  write_picture("shirts/1.jpg", 1);
  know("shirts/1.jpg");
  write_picture("trousers/1.jpg", 2);
  const Choice choice = choose("trousers");
  EXPECT_EQ(choice.verdict, Verdict::kNone);
  ASSERT_EQ(choice.skipped.size(), 1U);
  EXPECT_EQ(choice.skipped[0].reason, "has the key \"1\" of " + (root() / "shirts/1.jpg").string() +
                                          ", which is in the shop");
  EXPECT_EQ(choice.taken, 1U);
  known_->removed = true;
  EXPECT_EQ(choose("trousers").skipped.at(0).reason,
            "has the key \"1\" of " + (root() / "shirts/1.jpg").string() + ", which was removed");
}

TEST_F(ChoosePicture, OfTwoFilesTheItemsOwnKeepsTheKeyAlsoAsTheSecond) {
  write_picture("b/1.jpg", 1);
  know("b/1.jpg");
  write_picture("a/1.jpg", 2);
  EXPECT_EQ(chosen(choose()), "b/1.jpg");
  EXPECT_EQ(choose().verdict, Verdict::kUnchanged);
  write_picture("b/1.jpg", 3);
  const Choice choice = choose();
  EXPECT_EQ(chosen(choice), "b/1.jpg");
  EXPECT_EQ(choice.verdict, Verdict::kReplaced);
  ASSERT_EQ(choice.skipped.size(), 1U);
  EXPECT_TRUE(choice.skipped[0].path.ends_with("a/1.jpg"));
}

TEST_F(ChoosePicture, AnEditInPlaceCountsMoreThanACopyOfTheOldVersion) {
  write_picture("shop/1.jpg", 1);
  know("shop/1.jpg");
  fs::create_directories(root() / "backup");
  fs::copy_file(root() / "shop/1.jpg", root() / "backup/1.jpg");
  write_picture("shop/1.jpg", 2);
  const Choice choice = choose();
  EXPECT_EQ(choice.verdict, Verdict::kReplaced);
  EXPECT_EQ(chosen(choice), "shop/1.jpg");
}

TEST_F(ChoosePicture, APathThroughALinkIsTheSamePath) {
  write_picture("real/1.jpg", 1);
  know("real/1.jpg");
  fs::create_directory_symlink("real", root() / "link");
  const std::string through_link = (root() / "link/1.jpg").string();
  known_->path = through_link;
  write_picture("real/1.jpg", 2);
  EXPECT_EQ(choose().verdict, Verdict::kReplaced);
}

TEST_F(ChoosePicture, ADamagedFileOfTheItemLeavesItToACopy) {
  write_picture("a/1.jpg", 1);
  know("a/1.jpg");
  write_picture("b/1.jpg", 1, "a copy");
  fs::resize_file(root() / "a/1.jpg", 200);
  EXPECT_EQ(chosen(choose()), "b/1.jpg");
  write_picture("b/1.jpg", 2);
  EXPECT_EQ(choose().verdict, Verdict::kNone) << "and to nothing else";
  options_.when_gone = WhenGone::kRemove;
  EXPECT_EQ(choose().verdict, Verdict::kNone) << "for its file is there";
}

TEST_F(ChoosePicture, AKeyIsFreeWhenItsFileIsGoneAndItsItemMayBe) {
  write_picture("old/1.jpg", 1);
  know("old/1.jpg");
  fs::remove_all(root() / "old");
  write_picture("new/1.jpg", 2);
  write_picture("other/1.jpg", 3);
  const Choice kept = choose();
  EXPECT_EQ(kept.verdict, Verdict::kNone);
  ASSERT_EQ(kept.skipped.size(), 2U);
  EXPECT_EQ(kept.skipped[0].reason,
            "has the key \"1\" of an item whose file is gone, " + (root() / "old/1.jpg").string());
  known_->removed = true;
  EXPECT_EQ(choose().verdict, Verdict::kFreed);
  known_->removed = false;
  options_.when_gone = WhenGone::kRemove;
  const Choice freed = choose();
  EXPECT_EQ(freed.verdict, Verdict::kFreed);
  EXPECT_EQ(chosen(freed), "new/1.jpg");
  EXPECT_EQ(record_, to_record(read_file(root() / "new/1.jpg"), options_).pixels);
  EXPECT_EQ(freed.skipped.size(), 1U);
}

TEST_F(ChoosePicture, WhatTheShopHasDamagedIsMadeAnewFromTheSameFile) {
  write_picture("a/1.jpg", 1);
  know("a/1.jpg");
  known_record_.clear();
  known_->damaged = true;
  const Choice mended = choose();
  EXPECT_EQ(mended.verdict, Verdict::kReplaced);
  EXPECT_EQ(record_, to_record(read_file(root() / "a/1.jpg"), options_).pixels);
  fs::rename(root() / "a", root() / "b");
  EXPECT_EQ(choose().verdict, Verdict::kReplaced) << "it was moved";
  write_picture("b/1.jpg", 1, "edited");
  EXPECT_EQ(choose().verdict, Verdict::kNone) << "nobody knows whether it is the same";
}

TEST_F(ChoosePicture, ADamagedShopIsNotTakenForADamagedPicture) {
  write_picture("1.jpg", 1);
  know("1.jpg");
  write_picture("1.jpg", 2);
  const KnownPictures broken{.find = [this](std::string_view) { return known_; },
                             .has_pixels = [](std::size_t, std::span<const std::uint8_t>) -> bool {
                               throw Error(Error::Kind::kCorrupt, "000001.pack: is damaged");
                             }};
  const std::vector<fs::path> folders = {root()};
  const auto sources = find_pictures(folders).sources;
  record_.resize(std::size_t{3} * 6 * 8);
  EXPECT_THROW((void)choose_picture(sources, broken, options_, record_), Error);
}

}  // namespace
}  // namespace likeness
