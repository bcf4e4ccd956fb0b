#include "likeness/catalogue/pack_pictures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "likeness/base/error.hpp"
#include "likeness/base/file.hpp"
#include "likeness/catalogue/decode.hpp"
#include "likeness/catalogue/jpeg.hpp"
#include "likeness/catalogue/pack.hpp"
#include "tests/catalogue/pictures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace likeness {
namespace {

namespace fs = std::filesystem;
using Digests = std::map<std::string, Digest, std::less<>>;

const KnownPictures kNothingKnown{.find = [](std::string_view) { return std::nullopt; },
                                  .has_pixels = nullptr};
const OnFound kNobodyListens = [](const Choice&) {};

class PackPictures : public testing::Test {
 protected:
  [[nodiscard]] fs::path root() const { return folder_.path(); }
  [[nodiscard]] fs::path pictures() const { return root() / "pictures"; }

  void write_picture(const std::string& name, std::uint64_t seed,
                     Size size = {.width = 12, .height = 16}) const {
    fs::create_directories(pictures());
    const auto jpeg = encode_jpeg(noise_image(size, seed), 90);
    std::ofstream(pictures() / name, std::ios::binary)  // need not reach the disk
        .write(reinterpret_cast<const char*>(jpeg.data()),
               static_cast<std::streamsize>(jpeg.size()));
  }

  [[nodiscard]] PackReport pack(const std::string& name, const Digests& known = {},
                                std::size_t threads = 2) const {
    const std::vector<fs::path> paths = {pictures()};
    const std::string folder = fs::canonical(pictures()).string() + "/";
    std::map<std::string, std::string, std::less<>> paths_of;
    for (const auto& [key, digest] : known) paths_of.emplace(key, folder + key + ".jpg");
    const KnownPictures lookup{
        .find = [&](std::string_view key) -> std::optional<KnownPicture> {
          const auto found = known.find(key);
          if (found == known.end()) return std::nullopt;
          return KnownPicture{.path = paths_of.find(key)->second, .digest = found->second};
        },
        .has_pixels = [&](std::size_t, std::span<const std::uint8_t>) { return false; }};
    return pack_pictures(
        find_pictures(paths).sources, lookup, [](const Choice&) {},
        {.size = kSize, .fit = Fit::kPad, .threads = threads}, root() / name);
  }

  [[nodiscard]] Digests digests_in(const std::string& name) const {
    const Pack pack(root() / name);
    Digests digests;
    for (std::size_t i = 0; i < pack.count(); ++i) {
      digests.emplace(pack.entry(i).key, pack.entry(i).digest);
    }
    return digests;
  }

  static constexpr Size kSize{.width = 6, .height = 8};

 private:
  TemporaryFolder folder_;
};

TEST_F(PackPictures, HoldsEachPictureDecodedAndResized) {
  write_picture("b.jpg", 1);
  write_picture("a.jpg", 2, {.width = 31, .height = 9});
  const PackReport report = pack("1.pack");
  EXPECT_EQ(report.packed, 2U);
  const Pack made(root() / "1.pack");
  ASSERT_EQ(made.count(), 2U);
  EXPECT_EQ(made.fit(), Fit::kPad);
  EXPECT_EQ(made.entry(0).key, "a");
  EXPECT_EQ(made.entry(0).source, fs::canonical(pictures() / "a.jpg").string());
  const auto file = read_file(pictures() / "a.jpg");
  EXPECT_EQ(made.entry(0).digest, digest(file));
  const Image expected = decode_resized(file, kSize, Fit::kPad);
  EXPECT_TRUE(std::ranges::equal(made.record(0), expected.pixels));
  EXPECT_TRUE(damaged_records(made, 2).empty());
}

TEST_F(PackPictures, HasTheSameBytesForAnyNumberOfThreads) {
  for (int i = 0; i < 300; ++i) {  // many blocks, some of their pictures bad
    const std::string name = std::to_string(i) + ".jpg";
    write_picture(name, static_cast<std::uint64_t>(i));
    if (i % 50 == 7) fs::resize_file(pictures() / name, 100 + static_cast<std::uintmax_t>(i));
  }
  const PackReport one = pack("1.pack", {}, 1);
  EXPECT_EQ(one.packed, 294U);
  ASSERT_EQ(one.skipped.size(), 6U);
  const auto expected = read_file(root() / "1.pack");
  for (const std::size_t threads : {2U, 3U, 8U}) {
    const PackReport report = pack("n.pack", {}, threads);
    EXPECT_EQ(read_file(root() / "n.pack"), expected) << threads;
    ASSERT_EQ(report.skipped.size(), one.skipped.size());
    for (std::size_t i = 0; i < one.skipped.size(); ++i) {
      EXPECT_EQ(report.skipped[i].path, one.skipped[i].path);
      EXPECT_EQ(report.skipped[i].reason, one.skipped[i].reason);
    }
  }
}

TEST_F(PackPictures, HasTheSameBytesForAnyNumberOfThreadsWhereNamesRepeat) {
  for (int i = 0; i < 300; ++i) {  // 100 names; the first of each third name is damaged
    const std::string name = std::to_string(i / 3) + "." + std::to_string(i % 3);
    write_picture(name, static_cast<std::uint64_t>(i));
    if (i % 9 == 0) fs::resize_file(pictures() / name, 200);
  }
  const PackReport one = pack("1.pack", {}, 1);
  EXPECT_EQ(one.packed, 100U);
  EXPECT_EQ(one.skipped.size(), 200U);
  EXPECT_EQ(one.taken, 166U);
  const auto expected = read_file(root() / "1.pack");
  for (const std::size_t threads : {2U, 3U, 8U}) {
    EXPECT_EQ(pack("n.pack", {}, threads).skipped.size(), 200U);
    EXPECT_EQ(read_file(root() / "n.pack"), expected) << threads;
  }
}

TEST_F(PackPictures, HasTheSameBytesForAnyOrderInWhichFilesWereMade) {
  for (int i = 0; i < 40; ++i) write_picture(std::to_string(i) + ".jpg", 1);
  (void)pack("1.pack");
  const auto expected = read_file(root() / "1.pack");
  fs::remove_all(pictures());
  for (int i = 39; i >= 0; --i) write_picture(std::to_string(i) + ".jpg", 1);
  (void)pack("2.pack");
  EXPECT_EQ(read_file(root() / "2.pack"), expected);
}

TEST_F(PackPictures, PacksAgainOnlyWhatIsNewOrChanged) {
  for (const char* name : {"a.jpg", "b.jpg", "c.jpg"}) write_picture(name, 1);
  (void)pack("1.pack");
  const Digests known = digests_in("1.pack");
  const PackReport nothing = pack("2.pack", known);
  EXPECT_EQ(nothing.unchanged, 3U);
  EXPECT_FALSE(fs::exists(root() / "2.pack"));
  write_picture("b.jpg", 2);
  write_picture("d.jpg", 3);
  fs::resize_file(pictures() / "c.jpg", 40);
  const PackReport report = pack("2.pack", known);
  EXPECT_EQ(report.packed, 1U);
  EXPECT_EQ(report.replaced, 1U);
  EXPECT_EQ(report.unchanged, 1U);
  EXPECT_EQ(report.skipped.size(), 1U);
  const Pack second(root() / "2.pack");
  ASSERT_EQ(second.count(), 2U);
  EXPECT_EQ(second.entry(0).key, "b");
  EXPECT_EQ(second.entry(1).key, "d");
}

TEST_F(PackPictures, SkipsBadOnesWithTheirReasons) {
  write_picture("good.jpg", 1);
  write_picture("half.jpg", 2);
  fs::resize_file(pictures() / "half.jpg", fs::file_size(pictures() / "half.jpg") / 2);
  write_file(pictures() / "empty.jpg", std::string_view());
  write_file(pictures() / "words.jpg", std::string_view("these are only words"));
  const PackReport report = pack("1.pack");
  EXPECT_EQ(report.packed, 1U);
  ASSERT_EQ(report.skipped.size(), 2U);
  EXPECT_EQ(report.skipped[0].reason, "is empty");
  EXPECT_TRUE(report.skipped[1].path.ends_with("half.jpg"));
  EXPECT_EQ(report.ignored, 1U);
  EXPECT_TRUE(report.first_ignored.ends_with("words.jpg"));
}

TEST_F(PackPictures, SkipsAFileThatVanishedOrIsTooLargeToRead) {
  write_picture("a.jpg", 1);
  std::vector<PictureSource> sources = {{.key = "a", .path = pictures() / "a.jpg"},
                                        {.key = "b", .path = pictures() / "b.jpg"},
                                        {.key = "c", .path = pictures() / "c.jpg"}};
  write_file(pictures() / "c.jpg", std::vector<std::byte>(5'000));
  const PackReport report = pack_pictures(sources, kNothingKnown, kNobodyListens,
                                          {.max_file_bytes = 4'999}, root() / "1.pack");
  EXPECT_EQ(report.packed, 1U);
  ASSERT_EQ(report.skipped.size(), 2U);
  EXPECT_EQ(report.skipped[0].reason, "cannot be read: No such file or directory");
  EXPECT_EQ(report.skipped[1].reason, "has 5000 bytes; at most 4999 are read");
}

TEST_F(PackPictures, WithoutOneUsablePictureIsAnErrorAndLeavesNothing) {
  fs::create_directories(pictures());
  EXPECT_THROW((void)pack("1.pack"), Error);
  write_file(pictures() / "words.jpg", std::string_view("these are only words"));
  try {
    pack("1.pack").require_pictures();
    FAIL() << "packed nothing";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("words.jpg, is no picture"), std::string::npos);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(root()), fs::directory_iterator()), 1);
}

TEST_F(PackPictures, EndsWhenThePackIsFullAndGoesOnBehindIt) {
  for (int i = 0; i < 200; ++i) write_picture(std::to_string(i) + ".jpg", 1);
  const std::vector<fs::path> paths = {pictures()};
  const auto sources = find_pictures(paths).sources;
  std::vector<std::string> keys;
  PackReport all;
  for (std::span<const PictureSource> rest = sources; !rest.empty();) {
    const fs::path file = root() / "part.pack";
    PackReport report = pack_pictures(rest, kNothingKnown, kNobodyListens,
                                      {.size = kSize, .threads = 3, .most_files = 70}, file);
    ASSERT_GT(report.files, 0U);
    ASSERT_LT(report.files, 200U);
    const Pack pack(file);
    ASSERT_EQ(pack.count(), report.files);
    for (std::size_t i = 0; i < pack.count(); ++i) keys.emplace_back(pack.entry(i).key);
    rest = rest.subspan(report.files);
    all.add(std::move(report));
  }
  EXPECT_EQ(all.packed, 200U);
  EXPECT_EQ(all.files, 200U);
  EXPECT_TRUE(std::ranges::equal(keys, sources, {}, {}, &PictureSource::key));
}

TEST_F(PackPictures, ReportsProgressAndAFolderThatCannotBeWrittenTo) {
  for (int i = 0; i < 200; ++i) write_picture(std::to_string(i) + ".jpg", 1);
  const std::vector<fs::path> paths = {pictures()};
  const auto sources = find_pictures(paths).sources;
  std::size_t done = 0;
  const PackOptions options{.threads = 3, .on_progress = [&](std::size_t n) { done += n; }};
  (void)pack_pictures(sources, kNothingKnown, kNobodyListens, options, root() / "1.pack");
  EXPECT_EQ(done, 200U);
  EXPECT_THROW(
      (void)pack_pictures(sources, kNothingKnown, kNobodyListens, options, root() / "none/1.pack"),
      Error);
}

}  // namespace
}  // namespace likeness
